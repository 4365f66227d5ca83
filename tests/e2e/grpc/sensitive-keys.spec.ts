import { randomBytes, randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { GrpcClient, type Message, json, value } from './client';
import { expectRefused } from './refusals';

const keyNamed = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

let stack: TestStack;
let api: ServiceProcess;
let subject: string;
let ann: GrpcClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api', { STATE_ENCRYPTION_KEYS: keyNamed('first') });
});
afterAll(() => stack?.close());
beforeEach(() => {
  subject = `ann-${randomUUID()}`;
  ann = new GrpcClient(api, testToken(subject));
});
afterEach(() => ann.close());

const entryOf = async (key: string): Promise<Message> => (await ann.call('getKey', { key })).response.entry;

describe('a sensitive value over gRPC', () => {
  it('is given to those who read its key, and not in lists and watches', async () => {
    const bytes = Buffer.from([1, 2, 255]);
    await ann.call('putKey', { key: '/s', valueJson: json({ password: 'p' }), sensitive: true });
    const set = { key: '/bytes', valueBytes: bytes, sensitive: true };
    expect(await ann.call('transactKeys', { operations: [{ set }] })).toMatchObject({ code: 'OK' });
    await ann.call('putKey', { key: '/open', valueJson: json('seen') });
    const { valueJson, ...entry } = await entryOf('/s');
    expect([value(valueJson), entry]).toMatchObject([{ password: 'p' }, { sensitive: true, version: 1 }]);
    expect(await entryOf('/bytes')).toMatchObject({ valueBytes: bytes, sensitive: true });
    expect(await entryOf('/open')).toMatchObject({ sensitive: false });

    const shown = ({ key, value: member, sensitive }: Message) => [key, member, sensitive];
    const listed = (await ann.call('listKeys', { values: true })).response.keys;
    expect(listed.map(shown)).toEqual([
      ['/bytes', undefined, true],
      ['/open', 'valueJson', false],
      ['/s', undefined, true],
    ]);
    const watch = ann.watch('watchKeys', { pattern: '*', afterRevision: 0 });
    const changes = (await watch.changes(3)).map(({ change }) => shown(change));
    watch.cancel();
    expect(changes).toEqual([
      ['/s', undefined, true],
      ['/bytes', undefined, true],
      ['/open', 'valueJson', false],
    ]);
  });

  it('is the same one over HTTP, and stays sensitive until a writer says otherwise', async () => {
    const user = stack.client(api, subject);
    await user.put('/api/kv/s', { value: { n: 1 }, sensitive: true });
    expect(await entryOf('/s')).toMatchObject({ sensitive: true, version: 1 });
    await ann.call('putKey', { key: '/s', valueJson: json({ n: 2 }) });
    expect((await user.get('/api/kv/s')).body).toMatchObject({ value: { n: 2 }, sensitive: true });
    await ann.call('putKey', { key: '/s', valueJson: json({ n: 3 }), sensitive: false });
    expect(await entryOf('/s')).toMatchObject({ sensitive: false, version: 3 });
    await ann.call('putKey', { key: '/s', valueJson: json({ n: 4 }), sensitive: true });
    await ann.call('deleteKey', { key: '/s' });
    await ann.call('putKey', { key: '/s', valueJson: json({ n: 5 }) });
    expect(await entryOf('/s')).toMatchObject({ sensitive: false });
  });

  it('needs the scope and the reach of any other', async () => {
    await ann.call('putKey', { key: '/s', valueJson: json(1), sensitive: true });
    const reader = new GrpcClient(api, testToken(subject, { scope: 'state:read' }));
    const put = { key: '/s', valueJson: json(2), sensitive: false };
    expectRefused(await reader.call('putKey', put), ['PERMISSION_DENIED', 'forbidden']);
    const narrow = new GrpcClient(api, testToken(subject, { paths: ['/other/*'] }));
    expectRefused(await narrow.call('getKey', { key: '/s' }), ['NOT_FOUND', 'not_found']);
    for (const client of [reader, narrow]) client.close();
  });

  it('is refused where no key is configured, and unavailable where its key is missing', async () => {
    const [without, other] = await Promise.all([
      stack.start('state-api', { STATE_ENCRYPTION_KEYS: '' }),
      stack.start('state-api', { STATE_ENCRYPTION_KEYS: keyNamed('second') }),
    ]);
    const [bare, wrong] = [without, other].map((process) => new GrpcClient(process, testToken(subject)));
    const put = { key: '/s', valueJson: json('s3cr3t'), sensitive: true };
    expectRefused(await (bare as GrpcClient).call('putKey', put), [
      'FAILED_PRECONDITION',
      'encryption_not_configured',
    ]);
    await ann.call('putKey', put);
    const unread = await (wrong as GrpcClient).call('getKey', { key: '/s' });
    expectRefused(unread, ['UNAVAILABLE', 'secret_unreadable', { keyId: 'first', key: '/s' }]);
    expect(JSON.stringify(unread.problem)).not.toContain('s3cr3t');
    const unseen = (await (wrong as GrpcClient).call('listKeys', { values: true })).response;
    expect(unseen.keys).toMatchObject([{ key: '/s', sensitive: true }]);
    for (const client of [bare, wrong]) client?.close();
  });
});
