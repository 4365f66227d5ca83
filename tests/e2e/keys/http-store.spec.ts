import { randomBytes, randomUUID } from 'node:crypto';
import { checkRule, rules } from '@nexus-state/store/conformance';
import { eventually } from '@nexus-state/state-core/testing';
import type { StateStore } from '@nexus-state/store';
import { HttpStore } from '@nexus-state/store/http';
import { type ServiceProcess, TcpProxy, TestStack, testToken } from '@nexus-state/test-kit';

let stack: TestStack;
/** Apart: what its processes forget, they forget of all owners in the database. */
let limited: TestStack;
let replicas: readonly ServiceProcess[];
/** Keeps few changes, for the rules that say how many; the rules of all others run on what is the default. */
let forgetful: ServiceProcess;
let short: ServiceProcess;

beforeAll(async () => {
  const settings = { STATE_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}` };
  stack = await TestStack.create(settings);
  limited = await TestStack.create(settings);
  replicas = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  forgetful = await limited.start('state-api', { KEYS_MAX_CHANGES: '5' });
  short = await limited.start('state-api', { KEYS_MAX_AGE: '1s' });
});
afterAll(async () => {
  await stack?.close();
  await limited?.close();
});

it.each(rules)('the service $name', async (rule) => {
  const owners = new Map<StateStore, string>();
  const storeOf = (owner: string, { url }: ServiceProcess) => {
    const store = new HttpStore({ url, token: testToken(owner) });
    owners.set(store, owner);
    return store;
  };
  const outcome = await checkRule(rule, {
    open: async ({ retention } = {}) => {
      const limited = retention?.maxAgeMs === undefined ? forgetful : short;
      return storeOf(`user-${randomUUID()}`, retention ? limited : (replicas[0] as ServiceProcess));
    },
    // Another replica serves it.
    openAgain: async (store) => storeOf(owners.get(store) as string, replicas[1] as ServiceProcess),
  });
  expect(outcome).toBe('kept');
});

it('the service makes a write once whose answer is lost on its way', async () => {
  const [{ url }] = replicas as [ServiceProcess, ServiceProcess];
  const token = testToken(`user-${randomUUID()}`);
  const near = new HttpStore({ url, token });
  await near.setJson('/updated', { n: 1 });
  await near.setJson('/moved', 1);
  const proxy = await TcpProxy.start(url);
  const far = new HttpStore({ url: proxy.url, token });
  // Long enough to see what the service has done before its answers arrive.
  proxy.delay(2_000);
  const written = Promise.all([
    far.compareAndSet('/set', 0, 1),
    far.update('/updated', { n: 2 }),
    far.createIfNotExists('/created', 1),
    far.transaction([
      { type: 'checkVersion', key: '/moved', version: 1 },
      { type: 'delete', key: '/moved' },
    ]),
  ]);
  const versions = () =>
    Promise.all(['/set', '/updated', '/created', '/moved'].map((key) => near.version(key)));
  const expected = [1, 2, 1, 0];
  await eventually(async () => String(await versions()) === String(expected), 'every write to be made');
  proxy.cut();
  proxy.heal();
  expect(await written).toMatchObject([1, 2, 1, {}]);
  expect(await versions()).toEqual(expected);
  expect((await near.list('')).revision).toBe(6);
  await Promise.all([near.close(), far.close()]);
  await proxy.close();
});
