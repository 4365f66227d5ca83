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
    folder = await mkdtemp(path.join(tmpdir(), 'langgraph-package-'));
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: library,
    });
    archive = path.join(folder, (await readdir(folder))[0] as string);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('is what bundlers and Node.js expect (publint)', async () => {
    await run(tool('publint'), [archive, '--strict']);
  });

  it('has types for every way to import it (attw)', async () => {
    await run(tool('attw'), [archive]);
  });

  it('exports what the report of its interface says', async () => {
    const reporter = path.join(library, '../../tools/api-report/main.js');
    await run(process.execPath, [reporter, library, '--check']);
  });

  it('holds what was built, its README, and no source or test', async () => {
    const { stdout } = await run('tar', ['tzf', archive]);
    const files = stdout.trim().split('\n').sort();
    expect(files).toEqual(
      expect.arrayContaining(['package/README.md', 'package/dist/index.js', 'package/package.json']),
    );
    expect(files.filter((file) => /spec|testing|e2e|\/src\/|tsbuildinfo/.test(file))).toEqual([]);
  });

  it('runs nothing when it is installed, and leaves LangGraph to the one who installs it', async () => {
    const manifest = JSON.parse(await readFile(path.join(library, 'package.json'), 'utf8')) as {
      readonly scripts: Record<string, string>;
      readonly dependencies: Record<string, string>;
    };
    const names = Object.keys(manifest.scripts);
    expect(names.filter((name) => /install|prepare|prepublish/.test(name))).toEqual([]);
    expect(Object.keys(manifest.dependencies)).toEqual(['@nexus-state/client']);
  });

  it('gives the same by import and require', async () => {
    const names = async (type: string, code: string) =>
      (await run(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: library })).stdout;
    const show = 'console.log(Object.keys(all).filter((name) => name !== "default").sort().join())';
    const required = await names('commonjs', `const all = require('@nexus-state/langgraph'); ${show}`);
    expect(await names('module', `import * as all from '@nexus-state/langgraph'; ${show}`)).toBe(required);
    expect(required).toBe('CheckpointConflictError,NexusSaver\n');
  });
});
