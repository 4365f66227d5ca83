import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { StoredDocument } from '../../document/stored-document';
import { describeStorage } from '../../testing/storage-suite';
import { fileStorage } from './file-storage';

const document: StoredDocument = { version: 1, state: {}, pending: [{ id: 'a', ops: [] }] };
const folders: string[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'client-files-'));
  folders.push(made);
  return made;
}

afterAll(() => Promise.all(folders.map((made) => rm(made, { recursive: true }))));

describeStorage('the storage in files', async () => fileStorage(await folder()));

describe('files of a storage', () => {
  /** A session whose files are left as a process that is gone would leave them. */
  async function leftBy(holder: object, touched?: Date) {
    const root = await folder();
    const session = await fileStorage(root).open('doc');
    await session.save(document);
    await session.close();
    const [name] = await readdir(root);
    const own = path.join(root, name as string);
    const [file] = await readdir(own);
    const lock = path.join(own, (file as string).replace('.json', '.lock'));
    await writeFile(lock, JSON.stringify(holder));
    if (touched) await utimes(lock, touched, touched);
    return { adopted: await (await fileStorage(root).open('doc')).adopt(), own };
  }

  it('can be read by nobody else', async () => {
    const { own } = await leftBy({ pid: 1, host: 'elsewhere' });
    const files = (await readdir(own)).filter((file) => file.endsWith('.json'));
    const modes = await Promise.all(
      files.map(async (file) => (await stat(path.join(own, file))).mode & 0o777),
    );
    expect(modes).toEqual([0o600]);
    expect((await stat(own)).mode & 0o077).toBe(0);
  });

  it('are left alone while their process lives, also on another machine', async () => {
    expect(
      (await leftBy({ pid: process.ppid, host: (await import('node:os')).hostname() })).adopted,
    ).toBeUndefined();
    expect((await leftBy({ pid: 1, host: 'elsewhere' })).adopted).toBeUndefined();
  });

  it('are taken over when the number of their process belongs to another one by now', async () => {
    const longAgo = new Date(Date.now() - 120_000);
    expect((await leftBy({ pid: process.ppid, host: hostname() }, longAgo)).adopted).toEqual(document);
  });

  it('are taken over when their process is gone, or the lock is broken', async () => {
    expect((await leftBy({ pid: 2 ** 22 + 1, host: hostname() })).adopted).toEqual(document);
    expect((await leftBy({ pid: process.pid, host: hostname() })).adopted).toEqual(document);
  });
});
