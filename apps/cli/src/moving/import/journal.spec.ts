import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockImport } from './import-lock';
import { type ImportHeader, Journal, type Made, type PendingBatch, listImports } from './journal';

const header: ImportHeader = {
  id: 'imp-1',
  url: 'http://127.0.0.1',
  owner: undefined,
  workspace: 'garden',
  source: 'panels',
  fingerprint: 'f',
  begunAt: '2026-01-01T00:00:00.000Z',
};

const batch = (key: string, panelId: string): PendingBatch => ({
  key,
  panels: [{ place: 'line 1', panelId, state: { on: true }, before: null }],
});
const made = (panelId: string, version: number, before: number | null = null): ReadonlyMap<string, Made> =>
  new Map([[panelId, { version, before, checksum: 'c' }]]);

describe('the journal of an import', () => {
  let root: string;
  let journal: Journal;

  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'journal-'));
    journal = await Journal.create(root, header);
  });

  afterEach(async () => {
    await journal.close();
    await rm(root, { recursive: true });
  });

  it('knows after a restart what was made', async () => {
    const first = batch(journal.nextKey(), 'lamp');
    await journal.begin(first);
    await journal.finish(first, made('lamp', 1));
    const again = await Journal.open(root, 'imp-1');
    expect(again.header).toEqual(JSON.parse(JSON.stringify(header)));
    expect([...again.made]).toEqual([['lamp', { version: 1, before: null, checksum: 'c' }]]);
    expect(again.pending).toBeUndefined();
    expect(again.nextKey()).toBe('imp-1/2');
  });

  it('knows a transaction whose end is not known, and never uses its name again', async () => {
    const [first, second] = [batch(journal.nextKey(), 'lamp'), batch(journal.nextKey(), 'fan')];
    await journal.begin(first);
    await journal.finish(first, made('lamp', 1));
    await journal.begin(second);
    const again = await Journal.open(root, 'imp-1');
    expect(again.pending).toEqual(second);
    expect(again.nextKey()).toBe('imp-1/3');
  });

  it('goes on behind half a line of a process that was killed', async () => {
    const [first, second] = [batch(journal.nextKey(), 'lamp'), batch(journal.nextKey(), 'fan')];
    await journal.begin(first);
    await journal.finish(first, made('lamp', 1));
    await journal.begin(second);
    const file = path.join(root, 'imp-1', 'done.ndjson');
    await appendFile(file, '{"key":"imp-1/2","panels":[["fa');
    const again = await Journal.open(root, 'imp-1');
    expect(again.pending).toEqual(second);
    await again.finish(second, made('fan', 1));
    await again.close();
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(2);
    expect([...(await Journal.open(root, 'imp-1')).made.keys()]).toEqual(['lamp', 'fan']);
  });

  it('remembers what was there before the first of two changes of a panel', async () => {
    for (const [version, before] of [
      [4, 3],
      [6, 5],
    ] as const) {
      const one = batch(journal.nextKey(), 'lamp');
      await journal.begin(one);
      await journal.finish(one, made('lamp', version, before));
    }
    expect((await Journal.open(root, 'imp-1')).made.get('lamp')).toMatchObject({ version: 6, before: 3 });
  });

  it('is listed, and says when it ended', async () => {
    await Journal.create(root, { ...header, id: 'imp-2', begunAt: '2026-01-02T00:00:00.000Z' });
    await journal.end();
    const listed = await listImports(root);
    expect(listed.map(({ id }) => id)).toEqual(['imp-2', 'imp-1']);
    expect(listed[1]?.endedAt).toMatch(/^2\d{3}-/);
    expect(await listImports(path.join(root, 'none'))).toEqual([]);
  });

  it.each(['imp-9', '../imp-1', ''])('is not there for %j', async (id) => {
    await expect(Journal.open(root, id)).rejects.toMatchObject({ exitCode: 4 });
  });

  it('is for one process at a time', async () => {
    const release = await lockImport(journal.folder);
    const lock = path.join(journal.folder, 'process');
    await writeFile(lock, String(process.ppid));
    await expect(lockImport(journal.folder)).rejects.toMatchObject({ exitCode: 3 });
    // No process has this number.
    await writeFile(lock, '999999999');
    await (
      await lockImport(journal.folder)
    )();
    await release();
  });
});
