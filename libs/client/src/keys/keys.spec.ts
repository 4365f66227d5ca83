import { randomBytes } from 'node:crypto';
import {
  type LocalStore,
  MemoryStore,
  RefusedError,
  type Retention,
  type StateStore,
} from '@nexus-state/store';
import { checkRule, rules } from '@nexus-state/store/conformance';
import { KeyRing } from '@nexus-state/store/secrets';
import { type Serving, kvHandler, serve } from '@nexus-state/store/testing';
import { type NexusClient, createClient } from '../client';
import { NetworkError } from '../http/problem';
import type { Keys } from './keys';
import { keysAsStore } from '../testing/keys-as-store';

/** The owners of one service: a token is the name of its owner. */
const stores = new Map<string, LocalStore>();
const retentions = new Map<string, Retention>();
const clients: NexusClient[] = [];
let owners = 0;
const encryption = new KeyRing([{ id: 'spec', bytes: randomBytes(32) }]);
let serving: Serving;

const handler = kvHandler({
  bookmarkIntervalMs: 20,
  storeOf: (request) => {
    const owner = request.headers.get('authorization')?.slice('Bearer '.length);
    if (owner === undefined) throw new RefusedError(401, 'unauthorized', 'Send a token.');
    const retention = retentions.get(owner);
    const store = stores.get(owner) ?? new MemoryStore({ encryption, ...(retention ? { retention } : {}) });
    stores.set(owner, store);
    return store;
  },
});

function newClient(owner: string, settings: { fetch?: typeof fetch; retries?: number } = {}): NexusClient {
  const client = createClient({ url: serving.url, token: owner, ...settings });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  serving = await serve(handler);
});

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await serving.close();
  await Promise.all([...stores.values()].map((store) => store.close()));
});

/** What the service alone refuses; see the end-to-end spec. */
const ofService = ['refuses transactions that are empty, too long, or write a key twice'];

describe('the keys of a client', () => {
  it.each(rules.filter(({ name }) => !ofService.includes(name)))('$name', async (rule) => {
    const opened = new Map<StateStore, string>();
    const open = (owner: string) => {
      const store = keysAsStore(newClient(owner).keys);
      opened.set(store, owner);
      return store;
    };
    const outcome = await checkRule(rule, {
      open: async ({ retention } = {}) => {
        const owner = `owner-${++owners}`;
        if (retention) retentions.set(owner, retention);
        return open(owner);
      },
      openAgain: async (store) => open(opened.get(store) as string),
    });
    expect(outcome).toBe('kept');
  });

  it('are listed in pages, which say where the next one begins', async () => {
    const { keys } = newClient(`owner-${++owners}`);
    for (const key of ['a', 'b', 'c']) await keys.setJson(key, key);
    const page = await keys.list('', { limit: 2, values: true });
    expect(page).toMatchObject({ items: [{ key: 'a', value: 'a' }, { key: 'b' }], revision: 3 });
    const last = await keys.list('').page({ limit: 2, cursor: page.nextCursor as string });
    expect(last).toMatchObject({ items: [{ key: 'c' }], nextCursor: null });
    expect((await keys.list('').all()).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, (keys: Keys) => Promise<unknown>]>([
    ['set', (keys) => keys.setJson('/a', 2)],
    ['update', (keys) => keys.update('/a', { b: 1 })],
    ['delete', (keys) => keys.delete('/a')],
    ['createIfNotExists', (keys) => keys.createIfNotExists('/b', 1)],
    ['transaction', (keys) => keys.transaction([{ type: 'delete', key: '/a' }])],
  ])('send a write without an answer again, as the very same request: %s', async (_, write) => {
    const owner = `owner-${++owners}`;
    await newClient(owner).keys.setJson('/a', {});
    const sent: unknown[] = [];
    const cutting: typeof fetch = async (url, request) => {
      const { method, headers, body } = request as RequestInit;
      sent.push({ url, method, body, key: new Headers(headers).get('idempotency-key') });
      if (sent.length === 1) throw new TypeError('cut off');
      return fetch(url, request);
    };
    await write(newClient(owner, { fetch: cutting }).keys);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(sent[0]).toMatchObject({ key: expect.stringMatching(/^.{32,}$/) as unknown });
  });

  it('tell of a write that never had an answer', async () => {
    const owner = `owner-${++owners}`;
    const forgetful: typeof fetch = async (url, request) => {
      await fetch(url, request);
      throw new TypeError('the answer is lost');
    };
    const { keys } = newClient(owner, { fetch: forgetful, retries: 0 });
    await expect(keys.setJson('/a', 1)).rejects.toThrow(NetworkError);
    expect(await newClient(owner).keys.version('/a')).toBe(1);
  });

  it('say which version was found in place of the one expected', async () => {
    const { keys } = newClient(`owner-${++owners}`);
    await keys.setJson('/a', 1);
    await expect(keys.compareAndSet('/a', 7, 2)).rejects.toMatchObject({
      code: 'version_conflict',
      expected: 7,
      found: 1,
    });
  });
});
