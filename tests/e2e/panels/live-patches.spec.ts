import { randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { type Message, WebSocketClient } from '../clients/web-socket-client';

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
const clients: { close(): void }[] = [];

beforeAll(async () => {
  stack = await TestStack.create({
    MAX_PATCH_OPERATIONS: '10',
    MAX_STATE_BYTES: '2000',
    REALTIME_MESSAGE_BYTES: '4194304',
    SNAPSHOT_BEFORE_WAIT: '20s',
    SNAPSHOT_INTERVAL: 'off',
  });
  [api, gateway] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => stack?.close());

/** Each doubles the state. */
const doublings = Array.from({ length: 10 }, (_, n) => ({ op: 'copy', from: '', path: `/k${n}` }));
const someUser = () => `user-${randomUUID()}`;
const path = '/api/state/ws/panel';
const countTo = (value: number) => [{ op: 'replace', path: '/count', value }];

/** Sends a patch of `ws/panel`: gives the facts of the answer, or `{ code, … }` of the refusal. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type SendPatch = (fields: object) => Promise<any>;

async function throughSocketIo(subject: string, claims?: Record<string, unknown>): Promise<SendPatch> {
  const client = await LiveClient.connect(gateway, subject, claims);
  clients.push(client);
  return async (fields) => {
    const answer = await client.ask('patch', { workspaceId: 'ws', panelId: 'panel', ...fields });
    return answer.ok ? answer : { ...answer.error, code: answer.error.error };
  };
}

async function throughWebSocket(subject: string, claims?: Record<string, unknown>): Promise<SendPatch> {
  const client = await WebSocketClient.connect(gateway, subject, claims);
  clients.push(client);
  return (fields) => client.ask({ type: 'patch', panelId: 'panel', ...fields });
}

describe.each([
  ['Socket.IO', throughSocketIo],
  ['a plain WebSocket', throughWebSocket],
])('a patch over %s', (_door, open) => {
  it('changes the panel, and is seen by the next read', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: { count: 1 } });
    const patch = await open(subject);
    const sent = { patches: countTo(2), version: 1, triggeredBy: 'system', trigger_source: 'tool' };
    expect(await patch(sent)).toMatchObject({ version: 2, merged: false });
    const read = (await door.get(path)).body;
    expect(read).toMatchObject({ state: { count: 2 }, version: 2 });
    const { history } = (await door.get(`${path}/history`)).body;
    expect(history[0]).toMatchObject({ triggeredBy: 'system', triggerSource: 'tool', actor: subject });
  });

  it('by an AI has a snapshot taken first, once for a burst', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: { count: 1 } });
    const patch = await open(subject);
    for (let version = 1; version <= 3; version++) {
      const sent = { patches: countTo(version + 1), version, triggeredBy: 'ai' };
      expect(await patch(sent)).toMatchObject({ version: version + 1 });
    }
    const [snapshot, ...others] = (await door.get('/api/snapshots/ws')).body.snapshots;
    expect([snapshot, others]).toMatchObject([{ type: 'pre_ai_edit', createdBy: subject }, []]);
    const { panels } = (await door.get(`/api/snapshots/ws/${snapshot.snapshotId}`)).body;
    expect(panels).toEqual({ panel: { state: { count: 1 }, version: 1 } });
  });

  it('that is stale is merged, or refused where that was asked for', async () => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: { count: 1, text: 'a' } });
    await door.put(path, { state: { count: 1, text: 'b' }, version: 1 });
    const patch = await open(subject);
    const answer = await patch({ patches: countTo(2), version: 1 });
    expect(answer).toMatchObject({ version: 3, merged: true, baseVersion: 1, patch: countTo(2) });
    expect(await patch({ patches: countTo(3), version: 1, onConflict: 'reject' })).toMatchObject({
      ...{ code: 'version_conflict', currentVersion: 3 },
    });
    const collides = [{ op: 'replace', path: '/text', value: 'c' }];
    expect(await patch({ patches: collides, version: 1 })).toMatchObject({
      ...{ code: 'merge_conflict', conflicts: [{ path: '/text' }] },
    });
    expect(await patch({ patches: collides, version: 1, onConflict: 'overwrite' })).toMatchObject({
      ...{ version: 4, merged: true },
    });
  });

  it('goes after the one that was sent before it', async () => {
    const subject = someUser();
    await stack.client(api, subject).post(path, { initialState: { list: [] } });
    const patch = await open(subject);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, value) =>
        patch({ patches: [{ op: 'add', path: '/list/-', value }], version: 1 }),
      ),
    );
    expect(answers.map(({ version }) => version)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 2),
    );
    const { state } = (await stack.client(api, subject).get(path)).body;
    expect(state.list).toHaveLength(50);
  });

  it.each<[string, object, string]>([
    ['no patches', { version: 1 }, 'validation_failed'],
    ['no version', { patches: [] }, 'validation_failed'],
    ['patches that are none', { patches: [{ op: 'jump' }], version: 1 }, 'validation_failed'],
    ['an unknown field', { patches: [], version: 1, force: true }, 'validation_failed'],
    ['a pointer to nowhere', { patches: [{ op: 'remove', path: '/x' }], version: 1 }, 'patch_failed'],
    ['too many operations', { patches: Array(11).fill(countTo(1)[0]), version: 1 }, 'patch_too_large'],
    [
      'a state that grows too large',
      { patches: [{ op: 'add', path: '/x', value: 'x'.repeat(3000) }], version: 1 },
      'state_too_large',
    ],
    [
      'a value that cannot be stored',
      { patches: [{ op: 'add', path: '/x', value: '\u0000' }], version: 1 },
      'unsupported_value',
    ],
    [
      'a value in the depths that cannot be kept',
      { patches: [{ op: 'add', path: '/x', value: { a: ['\ud800'] } }], version: 1 },
      'unsupported_value',
    ],
    ['copies of copies', { patches: doublings, version: 1 }, 'state_too_large'],
    ['every panel at once', { panelId: '*', patches: [], version: 1 }, 'invalid_id'],
    ['a panel that is not there', { panelId: 'none', patches: [], version: 1 }, 'not_found'],
  ])('with %s is refused, and changes nothing', async (_, fields, code) => {
    const subject = someUser();
    const door = stack.client(api, subject);
    await door.post(path, { initialState: { count: 1 } });
    expect(await (await open(subject))(fields)).toMatchObject({ code, message: expect.any(String) });
    expect((await door.get(path)).body).toMatchObject({ state: { count: 1 }, version: 1 });
  });

  it('needs the scope, the reach and the role', async () => {
    const [owner, friend] = [someUser(), someUser()];
    const door = stack.client(api, owner);
    await door.post(path, { initialState: { count: 1 } });
    const fields = { patches: countTo(2), version: 1 };
    expect(await (await open(owner, { scope: 'state:read' }))(fields)).toMatchObject({ code: 'forbidden' });
    expect(await (await open(owner, { paths: ['ws/other'] }))(fields)).toMatchObject({ code: 'not_found' });

    const share = (role: string) => door.put(`/api/workspaces/ws/members/${friend}`, { role });
    await share('viewer');
    const shared = await open(friend);
    expect(await shared(fields)).toMatchObject({ code: 'forbidden' });
    await share('editor');
    expect(await shared(fields)).toMatchObject({ version: 2 });
    await door.delete(`/api/workspaces/ws/members/${friend}`);
    expect(await shared({ ...fields, version: 2 })).toMatchObject({ code: 'not_found' });
  });
});

/** A connection that sends text as it is, where a client would write JSON of its own. */
interface RawConnection {
  /** Sends a patch of `ws/panel`, and gives the refusal. */
  readonly send: (fields: string) => Promise<Message>;
  /** Waits for an answer to a ping. */
  readonly ping: () => Promise<unknown>;
}

async function rawSocketIo(subject: string): Promise<RawConnection> {
  const client = await LiveClient.connect(gateway, subject);
  clients.push(client);
  const { acks, io } = client.socket as unknown as {
    readonly acks: Record<number, (answer: Message) => void>;
    readonly io: { readonly engine: { write(text: string): void } };
  };
  const send = (fields: string) =>
    new Promise<Message>((resolve) => {
      acks[77] = ({ error }) => resolve({ ...error, code: error?.error });
      io.engine.write(`2/state,77["patch",{"workspaceId":"ws","panelId":"panel",${fields}}]`);
    });
  return { send, ping: () => client.ask('ping') };
}

async function rawWebSocket(subject: string): Promise<RawConnection> {
  const client = await WebSocketClient.connect(gateway, subject);
  clients.push(client);
  const send = (fields: string) => {
    client.socket.send(`{"type":"patch","id":77,"panelId":"panel",${fields}}`);
    return client.until('the answer', ({ type }) => type === 'error');
  };
  return { send, ping: () => client.ask({ type: 'ping' }) };
}

describe.each([
  ['Socket.IO', rawSocketIo],
  ['a plain WebSocket', rawWebSocket],
])('a patch over %s, as text,', (_door, open) => {
  const adding = (value: string) => `"version":1,"patches":[{"op":"add","path":"/x","value":${value}}]`;

  it.each([
    ['a number that would become 0', adding('[1e-400]'), 'unsupported_value', '/patches/0/value/0'],
    ['a member twice', adding('{"a":1,"a":2}'), 'bad_message', undefined],
    ['brackets without an end', adding('['.repeat(100_000)), 'state_too_deep', undefined],
    ['too many values', adding(`[${'1,'.repeat(1_100_000)}1]`), 'bad_message', undefined],
  ])('with %s is refused, and the connection stays', async (_what, fields, code, pointer) => {
    const subject = someUser();
    await stack.client(api, subject).post(path, { initialState: { count: 1 } });
    const { send, ping } = await open(subject);
    const refusal = await send(fields);
    expect(refusal).toMatchObject({ code, ...(pointer === undefined ? {} : { pointer }) });
    expect(JSON.stringify(refusal).length).toBeLessThan(3000);
    await ping();
  });

  it('repeats only the beginning of what the client sent', async () => {
    const subject = someUser();
    await stack.client(api, subject).post(path, { initialState: { count: 1 } });
    const long = 'x'.repeat(100_000);
    const { send } = await open(subject);
    const refusal = await send(`"version":1,"patches":[{"op":"remove","path":"/${long}"}]`);
    expect(refusal).toMatchObject({ code: 'patch_failed', path: `/${'x'.repeat(254)}…` });
    expect(JSON.stringify(refusal).length).toBeLessThan(3000);
  });
});
