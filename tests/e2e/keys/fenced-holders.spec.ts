import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { HttpStore } from '@nexus-state/store/http';
import { eventually } from '@nexus-state/state-core/testing';
import { OwnRedis, TestStack, testToken } from '@nexus-state/test-kit';

const token = testToken('holder');
const built = path.resolve(__dirname, '../../../libs/state-store/dist/http/index.js');

/** A holder in a process of its own, which writes its number on and on without a look at whether the lock is still its own. */
const holder = `
const { HttpStore } = require(${JSON.stringify(built)});
const { url, token, name } = JSON.parse(process.argv[1]);
const say = (facts) => console.log(JSON.stringify(facts));
const store = new HttpStore({ url, token });
store.withLock(name, async ({ fencingToken, signal, store: mine }) => {
  for (let written = 0; ; written++) {
    try {
      await mine.setJson('/' + name, fencingToken);
    } catch (error) {
      return say({ refused: error.name, aborted: signal.aborted });
    }
    if (written === 0) say({ held: fencingToken });
  }
}, { ttlMs: 1000 }).catch((error) => say({ ended: error.name })).finally(() => store.close());
`;

let redis: OwnRedis;
let stack: TestStack;
let urls: readonly string[];
let stores: readonly HttpStore[];
const children: ChildProcess[] = [];

beforeAll(async () => {
  redis = await OwnRedis.start();
  stack = await TestStack.create({ REDIS_URL: redis.url, LOG_LEVEL: 'fatal' });
  const apis = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
  urls = apis.map(({ url }) => url);
  stores = urls.map((url) => new HttpStore({ url, token }));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(stores?.map((store) => store.close()) ?? []);
  await stack?.close();
  await redis?.stop();
});
const through = (n: number) => stores[n % stores.length] as HttpStore;

/** Every number that was written to a key, in the order of the revisions. */
async function numbersOf(key: string, newest: number): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { value } of through(0).watch(key, { since: '0' })) {
    numbers.push(value as number);
    if (value === newest) return numbers;
  }
  return numbers;
}

const grows = (numbers: readonly number[]) =>
  numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] as number));

it('200 contenders in a restart of Redis: no number is written after a newer one', async () => {
  const name = 'restarted';
  let done = 0;
  const contend = (n: number) =>
    eventually(
      async () => {
        await through(n).withLock(
          name,
          ({ fencingToken, store }) => store.setJson(`/${name}`, fencingToken),
          { ttlMs: 10_000, waitMs: 60_000 },
        );
        return ++done;
      },
      `contender ${n} to have had the lock`,
      120_000,
    );
  const contenders = Promise.all(Array.from({ length: 200 }, (_, n) => contend(n)));
  await eventually(() => done > 40, 'some to have had it');
  await redis.kill();
  await redis.restart();
  await contenders;
  const newest = await through(0).getJson<number>(`/${name}`);
  const numbers = await numbersOf(`/${name}`, newest as number);
  expect(numbers.length).toBeGreaterThanOrEqual(200);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(grows(numbers)).toBe(true);
}, 240_000);

it('a holder that is stopped by SIGSTOP and goes on later writes nothing any more, and learns that it lost the lock', async () => {
  const name = 'stopped';
  const child = spawn(process.execPath, ['-e', holder, JSON.stringify({ url: urls[0], token, name })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  const told = (what: string) => eventually(() => said.includes(what), `the holder to say ${what}`);
  await told('"held"');
  expect(child.kill('SIGSTOP')).toBe(true);
  await through(1).withLock(
    name,
    async ({ fencingToken, store }) => {
      expect(fencingToken).toBe(2);
      await store.setJson(`/${name}`, fencingToken);
      child.kill('SIGCONT');
      await told('"refused":"LockLostError"');
      expect(await store.getJson(`/${name}`)).toBe(2);
    },
    { ttlMs: 30_000, waitMs: 60_000 },
  );
  await told('"ended":"LockLostError"');
  const numbers = await numbersOf(`/${name}`, 2);
  expect([numbers.at(0), numbers.at(-1), grows(numbers)]).toEqual([1, 2, true]);
}, 120_000);
