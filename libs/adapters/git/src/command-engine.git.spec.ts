import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitFolder, createGitFolder, gitIn } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { CommandEngine } from './command-engine';

describe('reading with the commands of git', () => {
  let folder: GitFolder;
  let gitDir: string;
  let engine: CommandEngine;
  beforeEach(async () => {
    folder = await createGitFolder();
    gitDir = join(folder.root, 'r.git');
    engine = new CommandEngine();
    await gitIn(gitDir, ['init', '--bare', '--quiet', '--initial-branch=main']);
  });
  afterEach(() => folder.remove());

  const put = (text: string): string =>
    execFileSync('git', [`--git-dir=${gitDir}`, 'hash-object', '-w', '--stdin'], { input: text })
      .toString()
      .trim();
  const read = async (...names: string[]) => {
    const options = { gitDir, timeoutMs: 30_000 };
    const objects = await engine.read(options, (reader) => reader.read(names));
    return objects.map((object) => object?.content.toString());
  };
  /** The processes that read our repository, by id. */
  const readers = (): number[] =>
    execFileSync('ps', ['eww', '-eo', 'pid=,args='])
      .toString()
      .split('\n')
      .filter((line) => line.includes('cat-file --batch') && line.includes(`GIT_DIR=${gitDir}`))
      .map((line) => Number.parseInt(line, 10));

  it('takes one process for readings that follow each other, which sees what is new, packed or replaced', async () => {
    const first = put('first');
    expect(await read(first)).toEqual(['first']);
    const [reader] = readers();
    const second = put('second');
    expect(await read(first, second)).toEqual(['first', 'second']);
    await gitIn(gitDir, ['repack', '-a', '-d', '-k', '-q']);
    await gitIn(gitDir, ['prune-packed', '-q']);
    expect(await read(second, first, 'refs/heads/none')).toEqual(['second', 'first', undefined]);
    expect(readers()).toEqual([reader]);
    await eventually(() => readers().length === 0, 'the reader that waits in vain to end');
  });

  it('takes several for readings at the same time, and keeps one', async () => {
    const hashes = Array.from({ length: 6 }, (_, n) => put(`${n}`));
    expect(await Promise.all(hashes.map((hash) => read(hash)))).toEqual(hashes.map((_, n) => [`${n}`]));
    await eventually(() => readers().length <= 1, 'all readers but one to end');
    expect(await read(...hashes)).toEqual(hashes.map((_, n) => `${n}`));
  });

  it('starts another where the one that waited was killed', async () => {
    const hash = put('text');
    await read(hash);
    for (const reader of readers()) process.kill(reader, 'SIGKILL');
    expect(await read(hash)).toEqual(['text']);
  });

  it('does not use one again that was in the middle of something', async () => {
    const hash = put('text');
    const failing = engine.read({ gitDir, timeoutMs: 30_000 }, async (reader) => {
      void reader.read([hash, hash]).catch(() => {});
      throw new Error('enough');
    });
    await expect(failing).rejects.toThrow('enough');
    expect(await read(hash)).toEqual(['text']);
  });

  it('lets the process that reads come to its end', async () => {
    const hash = put('text');
    const program = `
      const { CommandEngine } = require(${JSON.stringify(join(__dirname, 'command-engine.ts'))});
      void new CommandEngine(60_000)
        .read({ gitDir: ${JSON.stringify(gitDir)}, timeoutMs: 30000 }, (reader) => reader.read(['${hash}']))
        .then(() => { process.on('exit', () => console.log(performance.now())); console.log(performance.now()); });`;
    const hook = join(__dirname, 'testing/typescript-hook.cjs');
    const child = spawn(process.execPath, ['--require', hook, '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await once(child, 'close')).toEqual([0, null]);
    const [readAt = 0, endedAt = Infinity] = output.trim().split('\n').map(Number);
    expect(endedAt - readAt).toBeLessThan(30_000);
    await eventually(() => readers().length === 0, 'its reader to end with it');
  });

  it('finds nothing in a repository that was moved away', async () => {
    const hash = put('text');
    await read(hash);
    await rename(gitDir, `${gitDir}-away`);
    await eventually(() => readers().length === 0, 'the reader to end');
    await expect(read(hash)).rejects.toThrow('not a git repository');
    await rm(`${gitDir}-away`, { recursive: true });
  });
});
