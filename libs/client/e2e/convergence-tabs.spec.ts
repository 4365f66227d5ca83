import { randomUUID } from 'node:crypto';
import { OwnRedis, TestStack, testToken } from '@nexus-state/test-kit';
import type { BrowserContext } from 'playwright';
import { type NexusClient, createClient, memoryStorage } from '../src';
import { seeded } from '../src/testing/random-ops';
import { Author, type Participant } from './convergence/author';
import {
  type Doc,
  answered,
  expectEqualToServer,
  expectOnceInHistory,
  firstState,
} from './convergence/checks';
import { Doors } from './convergence/doors';
import { TabAuthor, tabScript } from './convergence/tab-author';
import { TabHost } from './tab-host';

/** A history is repeated with the seed that its name shows. */
const seeds = (process.env['CONVERGENCE_TAB_SEEDS'] ?? '1').split(',').map(Number);
const rounds = 10;
/** Tabs of each of the two browsers, and authors in Node.js. */
const tabsCount = Number(process.env['CONVERGENCE_TABS'] ?? 2);
const nodesCount = Number(process.env['CONVERGENCE_NODES'] ?? 2);

describe('documents in tabs of two browsers and in Node.js, while connections break and computers sleep', () => {
  let host: TabHost;
  let redis: OwnRedis;
  let stack: TestStack;
  let doors: Doors;
  let contexts: readonly BrowserContext[];
  let clients: NexusClient[] = [];

  beforeAll(async () => {
    host = await TabHost.start(tabScript);
    redis = await OwnRedis.start();
    stack = await TestStack.create({ REDIS_URL: redis.url, CORS_ORIGINS: JSON.stringify([host.origin]) });
    doors = await Doors.open(stack, redis);
  }, 600_000);

  beforeEach(async () => {
    // Apart as two browsers are: each has storage, locks and channels of its own.
    contexts = await Promise.all([host.browser.newContext(), host.browser.newContext()]);
  });

  afterEach(async () => {
    await Promise.all([...contexts, ...clients].map((opened) => opened.close()));
    clients = [];
  });

  afterAll(async () => {
    await host?.close();
    await doors?.close();
    await stack?.close();
    await redis?.stop();
  });

  it.each(seeds)(
    'end equal to the server; what resolved is in history once, what was rejected is not (seed %i)',
    async (seed) => {
      const subject = `user-${randomUUID()}`;
      const workspace = `ws-${randomUUID()}`;
      const token = () => testToken(subject, { exp: Math.floor(Date.now() / 1000) + 5 });
      const client = () => {
        const settings = { storage: memoryStorage(), retries: 20, timeoutMs: 5_000 };
        const made = createClient({ ...doors.addresses, token, ...settings });
        clients.push(made);
        return made.workspace(workspace).panel<Doc>('doc');
      };
      const panel = client();
      await panel.create(firstState);
      const tabs: TabAuthor[] = [];
      for (let index = 0; index < 2 * tabsCount; index++) {
        const settings = { ...doors.addresses, workspace, name: `t${index}`, seed: seed * 100 + index };
        const context = contexts[index % 2] as BrowserContext;
        tabs.push(await TabAuthor.open(context, host.origin, token, settings));
      }
      const nodes: Author[] = [];
      for (let index = 0; index < nodesCount; index++) {
        const document = client().open();
        await document.ready;
        nodes.push(new Author(`n${index}`, document as never, seed * 100 + 50 + index));
      }
      const all: readonly Participant[] = [...tabs, ...nodes];

      const random = seeded(seed);
      for (let round = 0; round < rounds; round++) {
        const tab = tabs[Math.floor(random() * tabs.length)] as TabAuthor;
        const kind = random();
        const ms = random() * 1_000;
        await Promise.all(all.map((author) => author.act(Math.floor(random() * 4))));
        if (kind < 0.2) await tab.loseNetwork(ms);
        else if (kind < 0.4) await tab.sleep(ms);
        else await doors.trouble(random);
      }
      doors.heal();
      await answered(all);
      await expectOnceInHistory(await expectEqualToServer(all, panel), panel);
    },
    300_000,
  );
});
