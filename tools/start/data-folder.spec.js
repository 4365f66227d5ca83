// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { keptSecret, openDataFolder } = require('./data-folder');

describe('the data folder', () => {
  /** @type {string} */
  let folder;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-data-'));
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('belongs to one start at a time', async () => {
    const first = await openDataFolder(folder, { fresh: false });
    await expect(openDataFolder(folder, { fresh: false })).rejects.toThrow(
      `Another npm start (process ${process.pid}) uses ${folder}: stop it, or choose another folder with --data.`,
    );
    first.release();
    (await openDataFolder(folder, { fresh: false })).release();
  });

  it('is waited for while the start before it is stopping', async () => {
    const first = await openDataFolder(folder, { fresh: false });
    first.stopping();
    setTimeout(first.release, 2_000);
    const second = await openDataFolder(folder, { fresh: false });
    expect(second.leftBehind).toBe(false);
    second.release();
  });

  it('says when the start before it was killed', async () => {
    (await openDataFolder(folder, { fresh: false })).release();
    fs.writeFileSync(path.join(folder, 'lock'), '99999999 1');
    const { leftBehind, release } = await openDataFolder(folder, { fresh: false });
    expect(leftBehind).toBe(true);
    release();
  });

  it('loses its data, and nothing else, to --fresh', async () => {
    (await openDataFolder(folder, { fresh: false })).release();
    const secret = keptSecret(path.join(folder, 'jwt-secret'));
    fs.mkdirSync(path.join(folder, 'bin'));
    fs.mkdirSync(path.join(folder, 'postgres'));
    (await openDataFolder(folder, { fresh: true })).release();
    expect(fs.readdirSync(folder).sort()).toEqual(['bin', 'nexus-state-data']);
    expect(keptSecret(path.join(folder, 'jwt-secret'))).not.toBe(secret);
  });

  it('is not deleted when it is not a data folder', async () => {
    fs.mkdirSync(path.join(folder, 'postgres'));
    await expect(openDataFolder(folder, { fresh: true })).rejects.toThrow('does not look like a data folder');
    expect(fs.existsSync(path.join(folder, 'postgres'))).toBe(true);
  });

  it('keeps a secret between starts, for its owner alone', () => {
    const file = path.join(folder, 'jwt-secret');
    const secret = keptSecret(file);
    expect(keptSecret(file)).toBe(secret);
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });
});
