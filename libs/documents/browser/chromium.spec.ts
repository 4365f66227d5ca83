import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const library = path.resolve(__dirname, '..');
const root = path.resolve(library, '../..');
const run = promisify(execFile);

interface BrowserReport {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

describe('the specs of this library in Chromium', () => {
  let folder: string;
  let report: BrowserReport;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'documents-'));
    const { stdout } = await run(process.execPath, [path.join(root, 'tools/chromium/main.js')]);
    const output = path.join(folder, 'report.json');
    const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
    const config = path.join(library, 'vitest.browser.config.mjs');
    const argv = [vitest, 'run', '--config', config, '--reporter=json', `--outputFile=${output}`];
    // Jest's own settings are not for the other runner.
    const { NODE_ENV: _, JEST_WORKER_ID: __, ...environment } = process.env;
    // It exits with 1 when a test fails; the report says which.
    await run(process.execPath, argv, {
      cwd: library,
      env: { ...environment, CHROMIUM: stdout.trim() },
    }).catch((error: unknown) => error);
    report = JSON.parse(await readFile(output, 'utf8')) as BrowserReport;
  }, 900_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('all pass, as they do in Node', () => {
    const failures = report.testResults
      .filter(({ status }) => status !== 'passed')
      .map(({ name, message, assertionResults }) => ({
        name: path.relative(library, name),
        message,
        tests: assertionResults
          .filter(({ status }) => status !== 'passed')
          .map(({ fullName, failureMessages }) => [fullName, failureMessages?.[0]?.slice(0, 500)]),
      }));
    expect(failures).toEqual([]);
  });

  it('are all there', () => {
    expect(report.numTotalTests).toBeGreaterThan(200);
    expect(report.numPassedTests).toBe(report.numTotalTests);
  });
});
