import { MemoryStore, RefusedError, StoreUnavailableError } from '..';
import { checkRule, rules } from '../conformance';
import { range, refusal, take, until } from '../conformance/expect';
import type { LocalStore, Retention, StateStore } from '../store';
import { type Serving, kvHandler, serve } from '../testing';
import { isLinearizable } from '../testing/spec/concurrent-clients';
import { aKeyRing } from '../testing/spec/a-key-ring';
import { agreesWithNaiveStore } from '../testing/spec/store-property';
import { HttpStore } from '.';

/** The owners of one service: a token is the name of its owner. */
const stores = new Map<string, LocalStore>();
const retentions = new Map<string, Retention>();
let owners = 0;
let serving: Serving;

const handler = kvHandler({
  bookmarkIntervalMs: 20,
  storeOf: (request) => {
    const owner = request.headers.get('authorization')?.slice('Bearer '.length);
    if (owner === undefined) throw new RefusedError(401, 'unauthorized', 'Send a token.');
    let store = stores.get(owner);
    const retention = retentions.get(owner);
    if (!store)
      stores.set(
        owner,
        (store = new MemoryStore({ encryption: aKeyRing(), ...(retention && { retention }) })),
      );
    return store;
  },
});

function newStore(options: { retention?: Retention } = {}, owner = `owner-${++owners}`): HttpStore {
  if (options.retention) retentions.set(owner, options.retention);
  return new HttpStore({ url: serving.url, token: () => Promise.resolve(owner) });
}

beforeAll(async () => {
  serving = await serve(handler);
});
afterAll(async () => {
  await serving.close();
  await Promise.all([...stores.values()].map((store) => store.close()));
});

describe('HttpStore', () => {
  it.each(rules)('$name', async (rule) => {
    const opened = new Map<StateStore, string>();
    const outcome = await checkRule(rule, {
      open: async (options) => {
        const owner = `owner-${++owners}`;
        const store = newStore(options, owner);
        opened.set(store, owner);
        return store;
      },
      openAgain: async (store) => newStore({}, opened.get(store)),
    });
    expect(outcome).toBe('kept');
  });

  it('does what the naive store does', async () => {
    await agreesWithNaiveStore(async () => newStore(), { usualRuns: 20, atOnce: false });
  });

  it('gives every client an answer that is true at a moment between question and answer', async () => {
    await isLinearizable(async (count) => {
      const owner = `owner-${++owners}`;
      return Array.from({ length: count }, () => newStore({}, owner));
    }, 5);
  });

  it('goes on with a watch over lost connections, and neither misses nor repeats a change', async () => {
    const store = newStore();
    const watch = store.watch('/a/*');
    const seen: number[] = [];
    for (const round of range(0, 4)) {
      for (const number of range(1, 5)) {
        const isWritten = async () =>
          store.setJson(`/a/${number}`, 5 * round + number).then(
            () => true,
            () => false,
          );
        await until(isWritten, 'a write');
      }
      seen.push(...(await take(watch, 3)).map(({ revision }) => revision));
      const { port } = new URL(serving.url);
      await serving.close();
      serving = await serve(handler, Number(port));
    }
    const { revision } = await store.list('');
    seen.push(...(await take(watch, revision - seen.length)).map((event) => event.revision));
    expect(seen).toEqual(range(1, revision));
    await store.close();
  });

  it('refuses with what the service says', async () => {
    const store = new HttpStore({ url: serving.url });
    const { status, reason } = await refusal(() => store.get('/a'), RefusedError);
    expect([status, reason]).toEqual([401, 'unauthorized']);
    await refusal(() => store.watch('/a').next(), RefusedError);
  });

  it('says whether a write may have happened when no answer comes', async () => {
    const silent = await serve(() => new Promise(() => undefined));
    const store = new HttpStore({ url: silent.url, timeoutMs: 50 });
    const write = await refusal(() => store.setJson('/a', 1), StoreUnavailableError);
    expect(write.mayHaveHappened).toBe(true);
    const read = await refusal(() => store.get('/a'), StoreUnavailableError);
    expect(read.mayHaveHappened).toBe(false);
    await silent.close();
    await store.close();
  });

  it('sends a write again whose answer was lost, and makes it once', async () => {
    let lost = 0;
    let arrived = 0;
    const leaky = await serve(async (request) => {
      const response = await handler(request);
      if (request.method === 'GET') return response;
      arrived++;
      if (lost-- > 0) throw new Error('The answer is lost.');
      return response;
    });
    const store = new HttpStore({ url: leaky.url, token: `owner-${++owners}` });
    const onceMore = async <T>(write: () => Promise<T>): Promise<T> => {
      [lost, arrived] = [2, 0];
      const answer = await write();
      expect(arrived).toBe(3);
      return answer;
    };
    expect(await onceMore(() => store.setJson('/a', { n: 1 }))).toBe(1);
    expect(await onceMore(() => store.update('/a', { n: 2 }))).toBe(2);
    expect(await onceMore(() => store.compareAndSet('/a', 2, { n: 3 }))).toBe(3);
    expect(await onceMore(() => store.createIfNotExists('/b', 1))).toBe(1);
    const moved = await onceMore(() =>
      store.transaction([
        { type: 'checkVersion', key: '/b', version: 1 },
        { type: 'delete', key: '/b' },
        { type: 'set', key: '/c', value: 1 },
      ]),
    );
    expect(moved.revision).toBe(5);
    expect(await onceMore(() => store.delete('/c'))).toBe(true);
    expect((await store.list('')).revision).toBe(6);
    lost = 3;
    const refused = await refusal(() => store.setJson('/d', 1), StoreUnavailableError);
    expect(refused.mayHaveHappened).toBe(true);
    expect(await store.version('/d')).toBe(1);
    await leaky.close();
    await store.close();
  });

  it('is in doubt of a write that may have been made before it was refused', async () => {
    let requests = 0;
    const wayward = await serve(async () => {
      if (++requests === 1) throw new Error('The answer is lost.');
      return Response.json({ error: 'rate_limited' }, { status: 429 });
    });
    const store = new HttpStore({ url: wayward.url, token: 'doubtful' });
    const refused = await refusal(() => store.setJson('/a', 1), StoreUnavailableError);
    expect([refused.mayHaveHappened, requests]).toEqual([true, 2]);
    await refusal(() => store.setJson('/a', 1), RefusedError);
    await wayward.close();
    await store.close();
  });

  it('sends again what did not arrive in time', async () => {
    let late = 2;
    const slow = await serve(async (request) => {
      if (late-- > 0) return Response.json({ error: 'request_timeout' }, { status: 408 });
      return handler(request);
    });
    const store = new HttpStore({ url: slow.url, token: 'again' });
    expect(await store.setJson('/a', 1)).toBe(1);
    late = 2;
    expect(await store.getJson('/a')).toBe(1);
    late = 3;
    const refused = await refusal(() => store.setJson('/a', 2), StoreUnavailableError);
    expect(refused.mayHaveHappened).toBe(false);
    expect(await store.getJson('/a')).toBe(1);
    await slow.close();
    await store.close();
  });
});
