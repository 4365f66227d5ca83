import { randomUUID } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import { TcpProxy, testToken } from '@nexus-state/test-kit';
import type { BrowserContext, Page } from 'playwright';
import { Garden } from './garden';
import { TabHost } from './tab-host';

const many = 200;
const mostMegabytes = 15;

/** What a page does with a document; `tab` is made by the script of the page. */
interface Tab {
  open(settings: { url: string; realtimeUrl: string; token: string; workspace: string }): Promise<void>;
  add(amount: number): Promise<void>;
  openMany(
    settings: { url: string; realtimeUrl: string; token: string; workspace: string },
    count: number,
  ): Promise<void>;
  look(): { n: number | undefined; pending: number; version: number | undefined };
}

const script = `
import { createClient } from './src/index.ts';
import { indexedDbStorage } from './src/indexeddb.ts';
let document;
globalThis.tab = {
  async open({ workspace, ...settings }) {
    const nexus = createClient({ ...settings, storage: indexedDbStorage() });
    document = nexus.workspace(workspace).panel('counter').open();
    await document.ready;
  },
  async openMany({ workspace, ...settings }, count) {
    const space = createClient(settings).workspace(workspace);
    globalThis.documents = Array.from({ length: count }, (_, index) => space.panel('p' + index).open());
    await Promise.all(globalThis.documents.map(({ ready }) => ready));
  },
  async add(amount) {
    document.change([{ op: 'inc', path: '/n', value: amount }]);
    await document.stored();
  },
  look: () => ({ n: document?.state?.n, pending: document?.pending ?? 0, version: document?.version }),
};
`;

declare const tab: Tab;

describe('tabs of one user', () => {
  let garden: Garden;
  let api: TcpProxy;
  let host: TabHost;
  let context: BrowserContext;

  beforeAll(async () => {
    host = await TabHost.start(script);
    garden = await Garden.start({ CORS_ORIGINS: JSON.stringify([host.origin]) });
    api = await TcpProxy.start(garden.api.url);
  }, 600_000);

  beforeEach(async () => {
    context = await host.browser.newContext();
    api.heal();
  });

  afterEach(() => context?.close());

  afterAll(async () => {
    await host?.close();
    await garden?.close();
    await api?.close();
  });

  async function counter() {
    const token = testToken(`user-${randomUUID()}`);
    const workspace = `ws-${randomUUID()}`;
    const panel = garden.client({ token }).workspace(workspace).panel<{ n: number }>('counter');
    await panel.create({ n: 0 });
    const settings = { url: api.url, realtimeUrl: garden.gateway.url, token, workspace };
    const openTab = async (): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(host.origin);
      await page.waitForFunction(() => 'tab' in globalThis);
      await page.evaluate((given) => tab.open(given), settings);
      return page;
    };
    return { panel, openTab };
  }

  const look = (page: Page) => page.evaluate(() => tab.look());
  const add = (page: Page, amount: number) => page.evaluate((given) => tab.add(given), amount);

  it('see what was pending when a tab was closed, and send it once', async () => {
    const { panel, openTab } = await counter();
    const first = await openTab();
    api.shut();
    await add(first, 1);
    await add(first, 10);
    await first.close();
    const second = await openTab();
    expect(await look(second)).toMatchObject({ n: 11, pending: 2 });
    await panel.increment('/n', 100);
    api.heal();
    await eventually(async () => (await look(second)).pending === 0, 'the changes to be sent');
    expect(await panel.get()).toMatchObject({ version: 4, state: { n: 111 } });
  }, 120_000);

  it('that open at the same moment send what was left behind once', async () => {
    const { panel, openTab } = await counter();
    const first = await openTab();
    api.shut();
    await add(first, 1);
    await add(first, 10);
    await first.close();
    api.heal();
    const tabs = await Promise.all([openTab(), openTab(), openTab()]);
    await eventually(
      async () => (await Promise.all(tabs.map(look))).every(({ n, version }) => n === 11 && version === 3),
      'every tab to have all of it',
    );
    expect(await panel.history().all()).toHaveLength(3);
  }, 120_000);

  it('send their own changes, and not those of another one that is there', async () => {
    const { panel, openTab } = await counter();
    const [first, second] = [await openTab(), await openTab()];
    api.shut();
    await add(first, 1);
    await add(second, 10);
    const third = await openTab();
    expect(await look(third)).toMatchObject({ n: 0, pending: 0 });
    api.heal();
    const tabs = [first, second, third];
    await eventually(
      async () => (await Promise.all(tabs.map(look))).every(({ n }) => n === 11),
      'every tab to have all of it',
    );
    expect(await panel.history().all()).toHaveLength(3);
  }, 120_000);

  it(`open ${many} panels over one connection, in ${mostMegabytes} MB at most`, async () => {
    const gateway = await TcpProxy.start(garden.gateway.url);
    const token = testToken(`user-${randomUUID()}`);
    const workspace = `ws-${randomUUID()}`;
    const state = { rows: Array.from({ length: 20 }, (_, id) => ({ id, text: 'x'.repeat(30) })) };
    await garden
      .client({ token })
      .workspace(workspace)
      .transaction((tx) => {
        for (let index = 0; index < many; index++) tx.set(`p${index}`, state, { version: 0 });
      });
    const page = await context.newPage();
    await page.goto(host.origin);
    await page.waitForFunction(() => 'tab' in globalThis);
    const session = await context.newCDPSession(page);
    const used = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const before = await used();
    const settings = { url: garden.api.url, realtimeUrl: gateway.url, token, workspace };
    await page.evaluate(([given, count]) => tab.openMany(given, count), [settings, many] as const);
    const megabytes = ((await used()) - before) / 1024 / 1024;
    console.log(`${many} live panels: ${megabytes.toFixed(1)} MB`);
    expect(gateway.connections).toBe(1);
    expect(megabytes).toBeLessThanOrEqual(mostMegabytes);
    await page.close();
    await gateway.close();
  }, 120_000);
});
