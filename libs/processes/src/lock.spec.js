// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { identityOf } = require('./identity');
const { lock, tryLock } = require('./lock');

describe('a lock file', () => {
  /** @type {string} */
  let folder;
  /** @type {string} */
  let file;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-lock-'));
    file = path.join(folder, 'lock');
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('has one holder, and says who it is', () => {
    expect(tryLock(file)).toMatchObject({ takenOver: false });
    expect(tryLock(file)).toEqual({ heldBy: process.pid });
  });

  it('can be taken again once released, and leaves nothing else behind', async () => {
    const { release } = await lock(file, () => {});
    release();
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(tryLock(file)).toMatchObject({ takenOver: false });
  });

  it('is taken over from a holder that has died', () => {
    fs.writeFileSync(file, '99999999 1');
    expect(tryLock(file)).toMatchObject({ takenOver: true });
  });

  it('is taken over when its number now belongs to another process', () => {
    fs.writeFileSync(file, `${process.pid} 1`);
    expect(tryLock(file)).toMatchObject({ takenOver: true });
  });

  it('is not released by a process that no longer holds it', async () => {
    const { release } = await lock(file, () => {});
    fs.writeFileSync(file, identityOf(process.ppid));
    release();
    expect(fs.existsSync(file)).toBe(true);
  });

  it('is waited for, and that is said once', async () => {
    const { release } = await lock(file, () => {});
    const onWait = jest.fn();
    const waiting = lock(file, onWait);
    setTimeout(release, 300);
    (await waiting).release();
    expect(onWait.mock.calls).toEqual([[process.pid]]);
  });
});
