import { randomUUID } from 'node:crypto';
import { type ApiResponse, type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { at, counts, prepare, send, writes } from './requests';

let stack: TestStack;
let api: ServiceProcess;
let second: ServiceProcess;
let name: string;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  [api, second] = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  await stack.start('snapshot-worker');
});
afterAll(() => stack?.close());
beforeEach(() => {
  name = `user-${randomUUID()}`;
  user = stack.client(api, name);
});

/** What of an answer a repeated request gets again. */
const first = ({ status, text, headers }: ApiResponse) =>
  [status, text, ...['etag', 'location', 'content-type'].map((header) => headers.get(header))] as const;

describe('a request that is repeated under its key', () => {
  it.each(writes)('gets the first answer and changes nothing: %s', async (_, status, make) => {
    const { snapshotId } = await prepare(user);
    const request = make(snapshotId);
    const answer = await send(user, request, 'once');
    expect([answer.status, answer.body?.error]).toEqual([status, undefined]);
    await user.put(at('p'), { state: { n: 100 } }, { 'if-match': '*' });
    // So that a snapshot which is not waited for is in the list.
    await user.post('/api/snapshots/ws', {});
    const before = [await counts(user), (await user.get(at('p'))).body?.version];

    const others = [user, stack.client(second, name), user].map((client) => send(client, request, 'once'));
    for (const again of await Promise.all(others)) expect(first(again)).toEqual(first(answer));
    expect([await counts(user), (await user.get(at('p'))).body?.version]).toEqual(before);
  });

  it.each(writes)('is done once when it is sent many times at once: %s', async (_, status, make) => {
    const { snapshotId } = await prepare(user);
    const request = make(snapshotId);
    const clients = [user, stack.client(second, name)];
    const sent = Array.from({ length: 8 }, (_, n) => send(clients[n % 2] as ApiClient, request, 'once'));
    const answers = (await Promise.all(sent)).map(first);
    expect(answers.map(([one]) => one)).toEqual(answers.map(() => status));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it('is found after the processes were replaced', async () => {
    const restarted = await stack.start('state-api');
    const patches = [{ op: 'inc', path: '/n', value: 1 }];
    await prepare(user);
    const request = { method: 'PATCH', path: at('p'), body: { patches, version: 3 } };
    const answer = await send(stack.client(restarted, name), request, 'once');
    await restarted.stop();
    const again = await send(stack.client(await stack.start('state-api'), name), request, 'once');
    expect(first(again)).toEqual(first(answer));
    expect((await user.get(at('p'))).body.state.n).toBe(4);
  });

  it('is decided anew where it was refused', async () => {
    const request = { method: 'PUT', path: at('p'), body: { state: { n: 9 }, version: 1 } };
    expect((await send(user, request, 'once')).status).toBe(404);
    await user.post(at('p'), { initialState: {} });
    const done = await send(user, request, 'once');
    expect([done.status, done.body.version]).toEqual([200, 2]);
  });

  it('is not affected by how its headers are written, or by another precondition', async () => {
    await prepare(user);
    const type = (value: string) => ({ 'content-type': value });
    const request = { method: 'PUT', path: at('p'), body: { state: { n: 9 } } };
    const send1 = { ...request, headers: { 'if-match': '"3"', ...type('application/json') } };
    const send2 = { ...request, headers: { 'if-match': '"7"', ...type('Application/JSON; charset=utf-8') } };
    const answer = await send(user, send1, 'once');
    expect(answer.status).toBe(200);
    expect(first(await send(user, send2, 'once'))).toEqual(first(answer));
  });
});
