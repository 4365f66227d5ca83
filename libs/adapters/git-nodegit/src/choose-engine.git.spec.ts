import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseGitEngine } from './choose-engine';
import { CommandEngine } from '@nexus-state/git';

describe('chooseGitEngine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nodegit-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const aFolder = async (probe: string): Promise<string> => {
    await mkdir(join(folder, 'node_modules/nodegit'), { recursive: true });
    await writeFile(join(folder, 'probe.js'), probe);
    const library = `exports.Libgit2 = { OPT: { ENABLE_FSYNC_GITDIR: 19, SET_OWNER_VALIDATION: 36 }, set: [],
      opts: (option, value) => exports.Libgit2.set.push([option, value]) };`;
    await writeFile(join(folder, 'node_modules/nodegit/index.js'), library);
    return folder;
  };

  it('takes the commands where nothing is built, and says how to build it', async () => {
    expect(await chooseGitEngine('auto', join(folder, 'nowhere'))).toEqual({
      name: 'cli',
      reason: 'nodegit: it is not built here: npm run setup:nodegit',
      engine: expect.any(CommandEngine),
    });
  });

  it.each([
    ['process.abort()', 'ended by SIGABRT'],
    ['throw new Error("GLIBC_9.9 not found")', 'Error: GLIBC_9.9 not found'],
  ])('takes the commands where it does not work: %s', async (probe, reason) => {
    expect(await chooseGitEngine('auto', await aFolder(probe))).toMatchObject({
      name: 'cli',
      reason: expect.stringContaining(reason),
    });
  });

  it('takes nodegit where it works, unless the commands are wanted', async () => {
    const working = await aFolder('');
    expect(await chooseGitEngine('auto', working)).toMatchObject({ name: 'nodegit' });
    expect(await chooseGitEngine('cli', working)).toMatchObject({ name: 'cli', reason: 'as configured' });
  });

  it('does not start without nodegit where it is wanted', async () => {
    await expect(chooseGitEngine('nodegit', folder)).rejects.toThrow('npm run setup:nodegit');
  });

  it('has everything brought to the disk', async () => {
    const working = await aFolder('');
    await chooseGitEngine('nodegit', working);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the very module that was set up
    const { Libgit2 } = require(join(working, 'node_modules/nodegit')) as { Libgit2: { set: unknown } };
    expect(Libgit2.set).toEqual([
      [19, 1],
      [36, 0],
    ]);
  });
});
