import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import { ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import type { FastifyInstance } from 'fastify';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright';
import { consoleServer } from '../src/server/server';
import { readSettings } from '../src/server/settings';

const project = path.join(__dirname, '..');
const repository = path.join(project, '../..');
/** Screenshots of a run, to be looked at. */
const pictures = path.join(repository, 'coverage', 'console');

/** Best practices that Mantine does not follow, and that are no part of WCAG. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** The services, the console as it is built, and a real Chromium. */
export class ConsoleStack {
  /** What the browsers have complained about: policy violations, exceptions. */
  readonly complaints: string[] = [];
  /** Addresses that were asked for. */
  readonly asked: string[] = [];

  private constructor(
    readonly stack: TestStack,
    readonly api: ServiceProcess,
    readonly gateway: ServiceProcess,
    readonly origin: string,
    private readonly server: FastifyInstance,
    readonly browser: Browser,
  ) {}

  static async start(): Promise<ConsoleStack> {
    // The port is known before the services start, which must know the origin.
    const placeholder = readSettings({ NODE_ENV: 'test' });
    const probe = consoleServer(placeholder, path.join(project, 'dist/web'));
    await probe.listen({ port: 0, host: '127.0.0.1' });
    const { port } = probe.server.address() as AddressInfo;
    await probe.close();
    const origin = `http://127.0.0.1:${port}`;
    const stack = await TestStack.create({
      CORS_ORIGINS: JSON.stringify([origin]),
      SNAPSHOT_INTERVAL: 'off',
    });
    try {
      const [api, gateway, worker, executablePath] = await Promise.all([
        stack.start('state-api'),
        stack.start('realtime-gateway'),
        stack.start('snapshot-worker'),
        findChromium(),
      ]);
      const settings = readSettings({
        NODE_ENV: 'test',
        CONSOLE_API_URL: api.url,
        CONSOLE_REALTIME_URL: gateway.url,
        CONSOLE_WORKER_URL: worker.url,
      });
      const server = consoleServer(settings, path.join(project, 'dist/web'));
      await server.listen({ port, host: '127.0.0.1' });
      const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
      return new ConsoleStack(stack, api, gateway, origin, server, browser);
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** A browser of its own, signed in as a user whom nobody else is unless named. */
  async visitor(user = `user-${randomUUID().slice(0, 8)}`, options: object = {}): Promise<Visitor> {
    const token = testToken(user, { scope: 'state:read state:write state:approve state:admin' });
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/i.test(message.text())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => this.asked.push(request.url()));
    const visitor = new Visitor(user, token, context, page, this);
    await visitor.signIn();
    return visitor;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.close();
    await this.stack.close();
  }
}

/** Somebody with a browser. */
export class Visitor {
  readonly api: ApiClient;

  constructor(
    readonly user: string,
    readonly token: string,
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly stack: ConsoleStack,
  ) {
    this.api = new ApiClient(stack.api.url, token);
  }

  /** Opens the console and pastes the token. */
  async signIn(): Promise<void> {
    const { page } = this;
    await page.goto(this.stack.origin);
    await page.getByLabel('Token', { exact: true }).fill(this.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Workspaces' }).waitFor();
  }

  /** Opens an address of the console. */
  async open(address: string): Promise<void> {
    await this.page.goto(this.stack.origin + address);
  }

  /** The text area of a panel. */
  editor(panel: string) {
    return this.page.getByRole('textbox', { name: `State of ${panel}` });
  }

  /** What a panel's editor shows, as JSON. */
  async shown(panel: string): Promise<unknown> {
    const text = await this.editor(panel).evaluate((element) =>
      [...element.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n'),
    );
    return JSON.parse(text);
  }

  /** Replaces the text of a panel, as somebody who selects all and types. */
  async write(panel: string, text: string): Promise<void> {
    await this.editor(panel).focus();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  /** What axe finds on the page, in light and dark; a screenshot of each is kept. */
  async audit(name: string): Promise<string[]> {
    const found: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme: scheme });
      await this.page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor({ state: 'attached' });
      mkdirSync(pictures, { recursive: true });
      await this.page.screenshot({ path: path.join(pictures, `${name}-${scheme}.png`) });
      const { violations } = await new AxeBuilder({ page: this.page }).withTags(tags).analyze();
      found.push(
        ...violations.map(
          ({ id, nodes }) =>
            `${name} ${scheme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.slice(0, 240)}`).join(' | ')}`,
        ),
      );
    }
    return found;
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

async function findChromium(): Promise<string> {
  const finder = path.join(repository, 'tools/chromium/main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [finder]);
  return stdout.trim();
}
