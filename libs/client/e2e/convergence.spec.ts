import { randomUUID } from 'node:crypto';
import { OwnRedis, TestStack, testToken } from '@nexus-state/test-kit';
import { type NexusClient, type PanelHandle, createClient, memoryStorage } from '../src';
import { seeded } from '../src/testing/random-ops';
import { Author } from './convergence/author';
import {
  type Doc,
  answered,
  expectEqualToServer,
  expectOnceInHistory,
  firstState,
} from './convergence/checks';
import { Doors } from './convergence/doors';

/** A history is repeated with the seed that its name shows. */
const seeds = (process.env['CONVERGENCE_SEEDS'] ?? '1,2').split(',').map(Number);
const rounds = 14;
const authorsCount = Number(process.env['CONVERGENCE_CLIENTS'] ?? 4);

describe('documents of many clients, while connections break, processes are killed, Redis is frozen and tokens expire', () => {
  let redis: OwnRedis;
  let stack: TestStack;
  let doors: Doors;
  let clients: NexusClient[] = [];

  beforeAll(async () => {
    redis = await OwnRedis.start();
    stack = await TestStack.create({ REDIS_URL: redis.url });
    doors = await Doors.open(stack, redis);
  }, 120_000);

  // Not at the end, because the clients of hundreds of histories would all stay connected until then.
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    clients = [];
  });

  afterAll(async () => {
    await doors?.close();
    await stack?.close();
    await redis?.stop();
  });

  function client(subject: string): NexusClient {
    const made = createClient({
      ...doors.addresses,
      token: () => testToken(subject, { exp: Math.floor(Date.now() / 1000) + 5 }),
      storage: memoryStorage(),
      retries: 20,
      timeoutMs: 5_000,
    });
    clients.push(made);
    return made;
  }

  async function authors(seed: number): Promise<{ authors: Author[]; panel: PanelHandle<Doc> }> {
    const subject = `user-${randomUUID()}`;
    const id = `ws-${randomUUID()}`;
    const panel = client(subject).workspace(id).panel<Doc>('doc');
    await panel.create(firstState);
    const all = Array.from({ length: authorsCount }, async (_, index) => {
      const document = client(subject).workspace(id).panel<object>('doc').open();
      await document.ready;
      return new Author(`a${index}`, document, seed * 100 + index);
    });
    return { authors: await Promise.all(all), panel };
  }

  it.each(seeds)(
    'end equal to the server; what resolved is in history once, what was rejected is not (seed %i)',
    async (seed) => {
      const { authors: all, panel } = await authors(seed);
      const random = seeded(seed);
      for (let round = 0; round < rounds; round++) {
        for (const author of all) await author.act(Math.floor(random() * 4));
        await doors.trouble(random);
        await new Promise((resolve) => setTimeout(resolve, random() * 60));
      }
      doors.heal();
      await answered(all);
      await expectOnceInHistory(await expectEqualToServer(all, panel), panel);
    },
    300_000,
  );
});
