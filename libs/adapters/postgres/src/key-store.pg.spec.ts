import type { DataSource } from 'typeorm';
import { aRequest, describeIdempotency } from '@nexus-state/state-core/testing/idempotency.contract';
import { aPanelKey, anAppend } from '@nexus-state/state-core/testing';
import { onTestDatabase } from './testing/postgres-adapter';
import { PostgresKeyStore } from './key-store';
import { PostgresPanelStore } from './panel-store';

describeIdempotency('PostgreSQL', async () => {
  const { source, store, close } = await onTestDatabase((source) => new PostgresPanelStore(source));
  return { store, keys: new PostgresKeyStore(source), close };
});

describe('idempotency keys of the version before', () => {
  let source: DataSource;
  let store: PostgresPanelStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ source, store, close } = await onTestDatabase((database) => new PostgresPanelStore(database)));
  });
  afterAll(() => close?.());

  /** Two panels at version 2, the first change of each made under a key, as the version before wrote it. */
  const written = async (idempotencyKey: string) => {
    const workspace = aPanelKey();
    for (const panelId of ['p', 'q']) {
      const key = { ...workspace, panelId };
      const append = anAppend(key, 0, [
        { state: { n: 1 }, actor: 'ann' },
        { state: { n: 2 }, actor: 'ann' },
      ]);
      const [first, ...rest] = append.changes;
      await store.append([
        { ...append, changes: [{ ...(first as NonNullable<typeof first>), idempotencyKey }, ...rest] },
      ]);
    }
    return workspace;
  };

  it('are found by panel and caller for a day', async () => {
    const workspace = await written('old');
    const find = (panelIds: string[], actor = 'ann') =>
      store.findKept(workspace, aRequest('old', { actor }), panelIds);
    const both = await find(['p', 'q', 'r']);
    expect(both).toMatchObject({ fingerprint: undefined, answer: {} });
    expect(both?.changes.map(({ key, version }) => `${key.panelId} ${version}`).sort()).toEqual([
      'p 1',
      'q 1',
    ]);
    expect((await find(['q']))?.changes).toEqual([
      expect.objectContaining({ key: { ...workspace, panelId: 'q' }, version: 1 }),
    ]);
    expect(await find(['r'])).toBeUndefined();
    expect(await find(['p'], 'bob')).toBeUndefined();
    await source.query(
      `UPDATE state_history SET occurred_at = now() - interval '25 hours' WHERE owner = $1`,
      [workspace.owner],
    );
    expect(await find(['p'])).toBeUndefined();
  });

  it('give way to those of this version', async () => {
    const workspace = await written('both');
    await new PostgresKeyStore(source).claim(workspace, aRequest('both'), { n: 1 });
    expect(await store.findKept(workspace, aRequest('both'), ['p'])).toEqual({
      ...{ fingerprint: 'print of both', answer: { n: 1 }, changes: [] },
    });
  });
});
