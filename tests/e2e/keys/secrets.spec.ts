import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { followEvents } from '../clients/follow-events';

const keyNamed = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [first, second] = [keyNamed('first'), keyNamed('second')];
const mergePatch = { 'content-type': 'application/merge-patch+json' };

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
let names = 0;
let name: string;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api', { STATE_ENCRYPTION_KEYS: first });
});
afterAll(() => stack?.close());
beforeEach(() => {
  name = `user-${++names}`;
  user = stack.client(api, name);
});

describe('a sensitive value', () => {
  it('is given to those who read its key, and not in lists and watches', async () => {
    const written = await user.put('/api/kv/s', { value: { password: 'p' }, sensitive: true });
    expect(written.body).toEqual({ key: '/s', version: 1, revision: 1 });
    await user.patch('/api/kv/s', { more: 1 }, mergePatch);
    const read = (await user.get('/api/kv/s')).body;
    expect(read).toMatchObject({ value: { password: 'p', more: 1 }, version: 2, sensitive: true });
    for (const path of ['/api/kv/s', '/state/%2Fs']) {
      const { body, headers } = await user.get(path);
      expect([body, headers.get('cache-control')]).toEqual([read, 'no-store']);
    }

    await user.put('/api/kv/open', { value: 'seen' });
    expect((await user.get('/api/kv/open')).headers.get('cache-control')).toBe('no-cache');
    for (const query of ['values=true', '']) {
      const [open, listed] = (await user.get(`/api/kv?${query}`)).body.keys;
      expect(listed).toMatchObject({ key: '/s', version: 2, sensitive: true });
      expect('value' in listed).toBe(false);
      expect([open.value, 'sensitive' in open]).toEqual([query ? 'seen' : undefined, false]);
    }
    const events = await followEvents(`${api.url}/api/watch?pattern=*&since=0`, testToken(name), 4);
    const changes = events
      .split('\n\n')
      .slice(1)
      .map((block) => JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? ''));
    expect(changes).toMatchObject([
      { type: 'created', key: '/s', version: 1, revision: 1, sensitive: true },
      { type: 'updated', key: '/s', version: 2, revision: 2, sensitive: true },
      { type: 'created', key: '/open', value: 'seen' },
    ]);
    expect(changes.slice(0, 2).some((change) => 'value' in change)).toBe(false);
  });

  it('stays sensitive until a writer says otherwise, and can be set by transactions', async () => {
    const isSensitive = async () => (await user.get('/api/kv/s')).body.sensitive === true;
    await user.post('/api/kv', { transaction: [{ set: { key: '/s', value: 1, sensitive: true } }] });
    expect(await isSensitive()).toBe(true);
    await user.put('/api/kv/s', { value: {} });
    await user.patch('/api/kv/s', { a: 1 }, mergePatch);
    await user.post('/api/kv', { transaction: [{ set: { key: '/s', value: 'AQ==', encoding: 'base64' } }] });
    expect([await isSensitive(), (await user.get('/api/kv/s')).body.value]).toEqual([true, 'AQ==']);
    await user.put('/api/kv/s', { value: 2, sensitive: false });
    expect(await isSensitive()).toBe(false);
    const wrong = await user.put('/api/kv/s', { value: 2, sensitive: 'yes' });
    expect([wrong.status, wrong.body.errors]).toMatchObject([400, [{ pointer: '/sensitive' }]]);
  });

  it('is refused where no key is configured, and answered with 503 where its key is missing', async () => {
    const [without, other] = await Promise.all([
      stack.start('state-api', { STATE_ENCRYPTION_KEYS: '' }),
      stack.start('state-api', { STATE_ENCRYPTION_KEYS: second }),
    ]);
    const bare = stack.client(without, name);
    for (const refused of [
      await bare.put('/api/kv/s', { value: 1, sensitive: true }),
      await bare.post('/api/kv', { transaction: [{ set: { key: '/s', value: 1, sensitive: true } }] }),
    ]) {
      expect([refused.status, refused.body.error]).toEqual([422, 'encryption_not_configured']);
    }
    expect((await bare.put('/api/kv/s', { value: 1, sensitive: false })).status).toBe(200);
    await user.put('/api/kv/s', { value: 'secret', sensitive: true });
    const unread = await stack.client(other, name).get('/api/kv/s');
    expect([unread.status, unread.body]).toMatchObject([
      503,
      { error: 'secret_unreadable', keyId: 'first', key: '/s' },
    ]);
    expect((await bare.delete('/api/kv/s')).status).toBe(200);
  });
});

it('the keys are rotated while replicas write, and the old one is not needed any more', async () => {
  const keys = Array.from({ length: 30 }, (_, n) => `/api/kv/r/${n}`);
  for (const key of keys) await user.put(key, { value: { key }, sensitive: true });
  const during = await stack.start('state-api', { STATE_ENCRYPTION_KEYS: `${second},${first}` });
  const writer = stack.client(during, name);
  const reencrypt = async () => {
    const command = path.join(__dirname, '../../../libs/adapters/postgres/dist/reencrypt.js');
    const env = { DATABASE_URL: stack.settings['DATABASE_URL'], STATE_ENCRYPTION_KEYS: `${second},${first}` };
    return (await promisify(execFile)(process.execPath, [command], { env })).stdout;
  };
  const [printed] = await Promise.all([
    reencrypt(),
    ...keys.map((key) => writer.patch(key, { more: true }, mergePatch)),
  ]);
  expect(printed).toMatch(/values are under the key "second" now, and none is under another\.\n$/);
  expect(await reencrypt()).toContain('0 values are under');
  const after = stack.client(await stack.start('state-api', { STATE_ENCRYPTION_KEYS: second }), name);
  for (const key of keys) {
    const { value, version } = (await after.get(key)).body;
    expect([value, version]).toEqual([{ key, more: true }, 2]);
  }
});
