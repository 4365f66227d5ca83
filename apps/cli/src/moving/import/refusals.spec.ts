import { batchRefusal } from './refusals';

type Client = typeof import('@nexus-state/client');

describe('the refusal of a batch', () => {
  let client: Client;
  const refusal = (error: string, status: number, facts: object = {}) =>
    batchRefusal(new client.NexusError({ error, status, message: 'No.', ...facts }));

  beforeAll(async () => {
    client = await import('@nexus-state/client');
  });

  it('names the operation that is to blame', () => {
    expect(refusal('state_too_large', 413, { transactionIndex: 4 })).toEqual({
      index: 4,
      isConflict: false,
      message: 'No (state_too_large)',
    });
    const errors = [{ pointer: 'operations[7].panelId', message: 'must be …' }];
    expect(refusal('validation_failed', 400, { errors })).toMatchObject({ index: 7 });
    expect(refusal('body_too_large', 413)).toMatchObject({ index: undefined });
  });

  it.each(['version_conflict', 'already_exists', 'not_found'])('is a conflict where it is %s', (code) => {
    expect(refusal(code, 409, { transactionIndex: 0 })).toMatchObject({ isConflict: true });
  });

  it.each([
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['rate_limited', 429],
    ['unavailable', 503],
  ])('is none where the import cannot go on: %s', (code, status) => {
    expect(refusal(code, status)).toBeUndefined();
    expect(batchRefusal(new TypeError('bug'))).toBeUndefined();
  });
});
