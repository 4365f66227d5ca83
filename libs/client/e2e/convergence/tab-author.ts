import type { BrowserContext, Page } from 'playwright';
import type { Outcome, Participant } from './author';

/** How a tab opens the document. */
export interface TabSettings {
  readonly url: string;
  readonly realtimeUrl: string;
  readonly workspace: string;
  readonly name: string;
  readonly seed: number;
}

/** The author of a page, which its script makes. */
interface AuthorOfPage extends Participant {
  open(settings: TabSettings): Promise<void>;
}

declare const author: AuthorOfPage;

/** The script of a page: an author, in the language of `TabHost`. */
export const tabScript = `
import { createClient } from './src/index.ts';
import { indexedDbStorage } from './src/indexeddb.ts';
import { Author } from './e2e/convergence/author.ts';
let own: Author;
Object.assign(globalThis, {
  author: {
    async open({ url, realtimeUrl, workspace, name, seed }) {
      const token = () => globalThis.freshToken();
      const nexus = createClient({ url, realtimeUrl, token, storage: indexedDbStorage(), retries: 20, timeoutMs: 5_000 });
      const document = nexus.workspace(workspace).panel('doc').open();
      await document.ready;
      own = new Author(name, document, seed);
    },
    act: (count) => own.act(count),
    settled: () => own.settled(),
    report: () => own.report(),
    outcome: () => own.outcome(),
  },
});
`;

/** An author in a tab of a browser, which may lose its network, or sleep. */
export class TabAuthor implements Participant {
  private constructor(
    private readonly page: Page,
    private readonly context: BrowserContext,
  ) {}

  /**
   * Opens a tab, and the document in it.
   * @param origin the address of the page with the script
   * @param token gives a token
   */
  static async open(
    context: BrowserContext,
    origin: string,
    token: () => string,
    settings: TabSettings,
  ): Promise<TabAuthor> {
    const page = await context.newPage();
    await page.exposeFunction('freshToken', token);
    await page.goto(origin);
    await page.waitForFunction(() => 'author' in globalThis);
    await page.evaluate((given) => author.open(given), settings);
    return new TabAuthor(page, context);
  }

  act(count: number): Promise<void> {
    return this.page.evaluate((given) => author.act(given), count);
  }

  settled(): Promise<void> {
    return this.page.evaluate(() => author.settled());
  }

  report(): Promise<string> {
    return this.page.evaluate(() => author.report());
  }

  outcome(): Promise<Outcome> {
    return this.page.evaluate(() => author.outcome());
  }

  /** Takes the network from the browser of the tab, and gives it back. */
  async loseNetwork(ms: number): Promise<void> {
    await this.context.setOffline(true);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.context.setOffline(false);
  }

  /** Freezes the tab, as a computer that sleeps does, and wakes it. */
  async sleep(ms: number): Promise<void> {
    const session = await this.context.newCDPSession(this.page);
    await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    await new Promise((resolve) => setTimeout(resolve, ms));
    await session.send('Page.setWebLifecycleState', { state: 'active' });
    await session.detach();
  }
}
