import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsAfterKills, killWriters } from '../testing/spec/kill-writers';
import { openFile } from './driver';
import { SqliteStore } from '.';

jest.setTimeout(600_000);

it('SqliteStore loses nothing that was acknowledged when its process is killed 50 times', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-kill-'));
  try {
    const file = join(folder, 'state.db');
    const acknowledged = await killWriters(['sqlite', file], 50);
    const store = await SqliteStore.open(file);
    expect(await faultsAfterKills(store, acknowledged)).toEqual([]);
    await store.close();
    const database = openFile(file);
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    console.log(`50 kills, ${acknowledged.reduce((sum, n) => sum + n, 0)} acknowledged writes, none lost`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
