import { execFile } from 'node:child_process';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright';

const library = path.resolve(__dirname, '..');

/** Chromium, and a site whose pages run a script. */
export class TabHost {
  private constructor(
    readonly browser: Browser,
    /** The address of the page. */
    readonly origin: string,
    private readonly pages: Server,
  ) {}

  /** @param script a module in the folder of this library, which is bundled for browsers */
  static async start(script: string): Promise<TabHost> {
    const { outputFiles } = await build({
      stdin: { contents: script, resolveDir: library, loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      write: false,
      logLevel: 'silent',
    });
    const code = outputFiles[0]?.text as string;
    const pages = createServer((request, response) => {
      const isScript = request.url === '/script.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? code : '<script type="module" src="/script.js"></script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    const finder = path.join(library, '../../tools/chromium/main.js');
    const { stdout } = await promisify(execFile)(process.execPath, [finder]);
    const browser = await chromium.launch({ executablePath: stdout.trim(), args: ['--no-sandbox'] });
    return new TabHost(browser, origin, pages);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.pages.close(resolve));
  }
}
