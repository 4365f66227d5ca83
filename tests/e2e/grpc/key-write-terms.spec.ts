import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, type Outcome, json } from './client';
import { type Refusal, expectRefused } from './refusals';

let stack: TestStack;
let apis: readonly ServiceProcess[];
let clients: readonly GrpcClient[];
let ann: GrpcClient;
let http: ApiClient;
const key = '/a';

beforeAll(async () => {
  stack = await TestStack.create();
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());
beforeEach(async () => {
  const subject = `ann-${randomUUID()}`;
  clients = apis.map((api) => new GrpcClient(api, testToken(subject)));
  ann = clients[0] as GrpcClient;
  http = stack.client(apis[0] as ServiceProcess, subject);
  await ann.call('putKey', { key, valueJson: json(1) });
});
afterEach(() => clients.forEach((client) => client.close()));

interface Write {
  readonly method: string;
  readonly request: object;
}

/** Every method that writes keys; each succeeds once, and not a second time. */
const writes: readonly (readonly [string, Write])[] = [
  ['PutKey', { method: 'putKey', request: { key, valueJson: json(2), version: 1 } }],
  ['DeleteKey', { method: 'deleteKey', request: { key } }],
  [
    'TransactKeys',
    {
      method: 'transactKeys',
      request: { operations: [{ check: { key, version: 1 } }, { set: { key, valueJson: json(2) } }] },
    },
  ],
];

const send = (client: GrpcClient, { method, request }: Write, metadata: Record<string, string> = {}) =>
  client.call(method, request, metadata);
const under = ({ method, request }: Write, lock: object): Write => ({
  method,
  request: { ...request, lock },
});
const revision = async () => (await ann.call('listKeys', {})).response.revision;

describe('an idempotency key', () => {
  it.each(writes)('has a repeated call get the first answer, from every process: %s', async (_, write) => {
    const once = { 'idempotency-key': 'once' };
    const { code, response } = await send(ann, write, once);
    expect(code).toBe('OK');
    await ann.call('putKey', { key, valueJson: json('later') });
    const before = await revision();
    for (const client of clients) expect((await send(client, write, once)).response).toEqual(response);
    expect(await revision()).toBe(before);
  });

  it.each(writes)('has many at once written once: %s', async (_, write) => {
    const sent = Array.from({ length: 8 }, (_none, n) =>
      send(clients[n % 2] as GrpcClient, write, { 'idempotency-key': 'many' }),
    );
    const answers = new Set(
      (await Promise.all(sent)).map(({ code, response }) => JSON.stringify([code, response])),
    );
    expect([...answers]).toEqual([expect.stringMatching(/^\["OK",/)]);
    expect(await revision()).toBe(2);
  });

  it('is refused for another call, and keeps nothing of a refused one', async () => {
    const metadata = { 'idempotency-key': 'k' };
    const put = (version: number, value = 2) =>
      ann.call('putKey', { key, valueJson: json(value), version }, metadata);
    expectRefused(await put(7), ['ABORTED', 'version_conflict', { currentVersion: 1 }]);
    expect((await put(1)).code).toBe('OK');
    const reused: Refusal = ['INVALID_ARGUMENT', 'idempotency_key_reused'];
    expectRefused(await put(1, 3), reused);
    expectRefused(await ann.call('deleteKey', { key }, metadata), reused);
  });
});

describe('a lock', () => {
  const take = async (name: string): Promise<Message> =>
    (await http.post(`/api/locks/${name}`, { ttlMs: 60_000 })).body;
  const lost = (outcome: Outcome, name: string) => expectRefused(outcome, ['ABORTED', 'lock_lost', { name }]);

  it.each(writes)('that is lost refuses a write, in metadata and in the message: %s', async (_, write) => {
    const old = await take('l');
    await http.call('DELETE', '/api/locks/l', { token: old.token });
    const newest = (await take('l')).fencingToken;
    for (const fencingToken of [old.fencingToken, newest + 1]) {
      lost(await send(ann, write, { 'nexus-lock': `l; fence=${fencingToken}` }), 'l');
      lost(await send(ann, under(write, { name: 'l', fencingToken })), 'l');
    }
    expect(await revision()).toBe(1);
    const held = under(write, { name: 'l', fencingToken: newest });
    const contradicted = await send(ann, held, { 'nexus-lock': `other; fence=${newest}` });
    expectRefused(contradicted, ['INVALID_ARGUMENT', 'validation_failed']);
    expect((await send(ann, held, { 'nexus-lock': `l; fence=${newest}` })).code).toBe('OK');
    expect(await revision()).toBe(2);
  });

  it('that is lost meanwhile does not keep a repeated call from its answer', async () => {
    const { token, fencingToken } = await take('r');
    const metadata = { 'nexus-lock': `r; fence=${fencingToken}`, 'idempotency-key': 'r' };
    const put = (more: object = {}) =>
      ann.call('putKey', { key, valueJson: json(2) }, { ...metadata, ...more });
    const { response } = await put();
    await http.call('DELETE', '/api/locks/r', { token });
    await take('r');
    expect((await put()).response).toEqual(response);
    lost(await put({ 'idempotency-key': 'another' }), 'r');
  });
});
