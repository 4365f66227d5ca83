import { randomBytes, randomUUID } from 'node:crypto';
import { checkRule, rules } from '@nexus-state/store/conformance';
import type { StateStore } from '@nexus-state/store';
import { HttpStore } from '@nexus-state/store/http';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

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
