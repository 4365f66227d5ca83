import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProfileFile, withProfile, withoutProfile } from './profiles';
import { type Sources, readSettings } from './settings';
import { findStack } from './stack';

describe('the settings of a command', () => {
  let folder: string;
  let file: ProfileFile;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nexus-settings-'));
    file = new ProfileFile(path.join(folder, 'config', 'profiles.json'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const read = (env: Sources['env'] = {}, options: Sources['options'] = {}) =>
    readSettings({ env, file, folder, options });

  async function makeStack(addresses?: object): Promise<string> {
    const stack = path.join(folder, '.nexus');
    await mkdir(stack);
    await writeFile(path.join(stack, 'token'), 'stack-token\n');
    if (addresses) await writeFile(path.join(stack, 'addresses.json'), JSON.stringify(addresses));
    return stack;
  }

  const prod = { url: 'https://prod', realtimeUrl: 'https://live', token: 'prod-token', workspace: 'garden' };

  it('are those of the current profile', async () => {
    await file.update((all) => ({ ...withProfile(all, 'prod', prod), current: 'prod' }));
    expect(await read()).toEqual({ profile: 'prod', owner: undefined, ...prod });
  });

  it('are those of the environment before those of the profile', async () => {
    await file.update((all) => withProfile(all, 'default', prod));
    const env = { NEXUS_TOKEN: 'other', NEXUS_WORKSPACE: 'yard', NEXUS_OWNER: 'mia' };
    expect(await read(env)).toMatchObject({
      url: 'https://prod',
      token: 'other',
      workspace: 'yard',
      owner: 'mia',
    });
    expect((await read(env, { owner: 'ada' })).owner).toBe('ada');
  });

  it('never send the token of a profile to another address', async () => {
    await file.update((all) => withProfile(all, 'default', prod));
    await expect(read({ NEXUS_URL: 'https://elsewhere' })).rejects.toMatchObject({ exitCode: 5 });
    const settings = await read({ NEXUS_URL: 'https://elsewhere', NEXUS_TOKEN: 't' });
    expect(settings).toMatchObject({ url: 'https://elsewhere', token: 't', realtimeUrl: undefined });
  });

  it('are those of the development stack around the folder where there is no profile', async () => {
    await makeStack({ url: 'http://127.0.0.1:9001', realtimeUrl: 'http://127.0.0.1:9002' });
    expect(await read()).toMatchObject({
      profile: undefined,
      url: 'http://127.0.0.1:9001',
      realtimeUrl: 'http://127.0.0.1:9002',
      token: 'stack-token',
    });
  });

  it('follow a development stack that was started again', async () => {
    const stack = await makeStack();
    await file.update((all) => withProfile(all, 'default', { stack }));
    expect(await read()).toMatchObject({ url: 'http://127.0.0.1:8001', token: 'stack-token' });
    await writeFile(path.join(stack, 'token'), 'new-token\n');
    expect((await read()).token).toBe('new-token');
    await rm(stack, { recursive: true });
    await expect(read()).rejects.toThrow(`The development stack in ${stack} is gone.`);
  });

  it('are refused where nothing says them', async () => {
    await expect(read()).rejects.toMatchObject({ exitCode: 5, help: 'nexus login' });
    await expect(read({}, { profile: 'gone' })).rejects.toThrow(
      'There is no profile "gone"; there are: none.',
    );
  });

  it('are in a file that only its user can read', async () => {
    await file.update((all) => withProfile(all, 'default', prod));
    expect((await stat(file.file)).mode & 0o777).toBe(0o600);
    await writeFile(file.file, '{');
    await expect(read()).rejects.toThrow('are not JSON');
  });

  it('find a development stack in the folders above', async () => {
    const stack = await makeStack();
    const deep = path.join(folder, 'a', 'b');
    await mkdir(deep, { recursive: true });
    expect(findStack([deep])).toBe(stack);
  });

  it('go over to another profile when the current one is deleted', async () => {
    await file.update((all) => withProfile(withProfile(all, 'default', {}), 'prod', prod));
    expect(withoutProfile(await file.read(), 'default')).toEqual({ current: 'prod', profiles: { prod } });
  });
});
