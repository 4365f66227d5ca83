import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const library = path.resolve(__dirname, '..');
const run = promisify(execFile);
const tool = (name: string) => path.join(library, '../../node_modules/.bin', name);

describe('the package that is published', () => {
  let folder: string;
  let archive: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'client-package-'));
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: library,
    });
    archive = path.join(folder, (await readdir(folder))[0] as string);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true }));

  it('is what bundlers and Node.js expect (publint)', async () => {
    await run(tool('publint'), [archive, '--strict']);
  }, 120_000);

  it('has types for every way to import it (attw)', async () => {
    await run(tool('attw'), [archive]);
  }, 120_000);

  it('exports what the report of its interface says', async () => {
    const reporter = path.join(library, '../../tools/api-report/main.js');
    await run(process.execPath, [reporter, library, '--check']);
  }, 120_000);

  it('holds what was built, its README, and no source or test', async () => {
    const { stdout } = await run('tar', ['tzf', archive]);
    const files = stdout.trim().split('\n').sort();
    expect(files).toEqual(
      expect.arrayContaining(['package/README.md', 'package/dist/index.js', 'package/package.json']),
    );
    expect(files.filter((file) => /spec|testing|e2e|\/src\/|tsbuildinfo/.test(file))).toEqual([]);
  });

  it('runs nothing when it is installed', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(library, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts).filter((name) => /install|prepare|prepublish/.test(name))).toEqual([]);
  });

  it.each(['@nexus-state/client', '@nexus-state/client/indexeddb', '@nexus-state/client/file'])(
    'gives the same by import and require: %s',
    async (entry) => {
      const names = async (type: string, code: string) =>
        (await run(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: library })).stdout;
      const show = 'console.log(Object.keys(all).filter((name) => name !== "default").sort().join())';
      const required = await names('commonjs', `const all = require('${entry}'); ${show}`);
      expect(await names('module', `import * as all from '${entry}'; ${show}`)).toBe(required);
      expect(required).toMatch(/createClient|indexedDbStorage|fileStorage/);
    },
    60_000,
  );
});
