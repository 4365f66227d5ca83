import { setTimeout as sleep } from 'node:timers/promises';
import type { PanelKey, WorkspaceKey } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { SnapshotCoverage } from '../snapshots/ports';
import { type Step, anAppend } from './panel-builders';
import { aWorkspace } from './snapshot-builders';

/** What a coverage adapter hands to its contract suite: with the store that the panels get into. */
export interface CoverageUnderTest {
  readonly coverage: SnapshotCoverage;
  readonly store: PanelStore;
  /** Deletes a workspace, without its panels. */
  readonly deleteWorkspace: (workspace: WorkspaceKey) => Promise<unknown>;
  readonly close?: () => Promise<void>;
}

/** The promises of `SnapshotCoverage`, the same for every adapter. */
export function describeSnapshotCoverage(name: string, open: () => Promise<CoverageUnderTest>): void {
  describe(`snapshot coverage: ${name}`, () => {
    let subject: CoverageUnderTest;
    let coverage: SnapshotCoverage;
    beforeAll(async () => {
      subject = await open();
      coverage = subject.coverage;
    });
    afterAll(() => subject?.close?.());

    const { signal } = new AbortController();
    const change = (key: PanelKey, from: number, ...steps: (Step & { readonly by?: string })[]) => {
      const append = anAppend(key, from, steps);
      const changes = append.changes.map((one, index) => ({
        ...one,
        triggeredBy: steps[index]?.by ?? 'user',
      }));
      return subject.store.append([{ ...append, changes }]);
    };
    const panelIn = (workspace: WorkspaceKey, panelId = 'a'): PanelKey => ({ ...workspace, panelId });
    const isDue = async (workspace: WorkspaceKey) => {
      await coverage.noteChanges(signal);
      const due = await coverage.listDue({ limit: 10_000 });
      return due.some(
        ({ owner, workspaceId }) => owner === workspace.owner && workspaceId === workspace.workspaceId,
      );
    };
    /** As a snapshot does it. */
    const coverNow = async (workspace: WorkspaceKey) => {
      const { changes, revision } = await coverage.count(workspace);
      await sleep(2);
      await coverage.cover(workspace, { changes, revision, at: new Date().toISOString() });
      await sleep(2);
    };
    const state = {};
    const deleted = { state, changeType: 'deleted' } as const;

    it('counts the changes and the panels of a workspace, deleted ones included', async () => {
      const workspace = aWorkspace();
      expect(await coverage.count(workspace)).toMatchObject({ changes: 0, panels: 0, covered: 0 });
      await change(panelIn(workspace), 0, { state }, { state }, { state });
      await change(panelIn(workspace, 'b'), 0, { state }, deleted);
      await change(panelIn(aWorkspace()), 0, { state });
      expect(await coverage.count(workspace)).toMatchObject({ changes: 5, panels: 1, covered: 0 });
    });

    it('notes what is covered, and never goes back', async () => {
      const workspace = aWorkspace();
      await coverage.cover(workspace, { changes: 5, at: '2026-01-02T00:00:00.000Z' });
      await coverage.cover(workspace, { changes: 3, at: '2026-01-01T00:00:00.000Z' });
      expect(await coverage.count(workspace)).toMatchObject({ covered: 5 });
    });

    it('finds workspaces that changed since they were covered, and no others', async () => {
      const workspace = aWorkspace();
      expect(await isDue(workspace)).toBe(false);
      await change(panelIn(workspace), 0, { state });
      expect(await isDue(workspace)).toBe(true);
      expect(await isDue(workspace)).toBe(true);
      await coverNow(workspace);
      expect(await isDue(workspace)).toBe(false);
      await change(panelIn(workspace), 1, { state });
      expect(await isDue(workspace)).toBe(true);
    });

    it('takes the deletion of the last panel for a change', async () => {
      const workspace = aWorkspace();
      await change(panelIn(workspace), 0, { state });
      await coverNow(workspace);
      await change(panelIn(workspace), 1, deleted);
      expect(await isDue(workspace)).toBe(true);
    });

    it('finds again what changed while a snapshot was taken', async () => {
      const workspace = aWorkspace();
      await change(panelIn(workspace), 0, { state });
      const { changes } = await coverage.count(workspace);
      await change(panelIn(workspace), 1, { state });
      await coverage.noteChanges(signal);
      await coverage.cover(workspace, { changes, at: new Date().toISOString() });
      expect(await isDue(workspace)).toBe(true);
    });

    it('does not find a workspace that was deleted', async () => {
      const workspace = aWorkspace();
      await change(panelIn(workspace), 0, { state });
      await subject.deleteWorkspace(workspace);
      expect(await isDue(workspace)).toBe(false);
    });

    it('lists what is due page by page, by owner and id', async () => {
      const all = Array.from({ length: 5 }, () => aWorkspace());
      for (const workspace of all) await change(panelIn(workspace), 0, { state });
      await coverage.noteChanges(signal);
      const listed: WorkspaceKey[] = [];
      for (let page = await coverage.listDue({ limit: 2 }); page.length > 0;) {
        listed.push(...page);
        page = await coverage.listDue({ limit: 2, after: page.at(-1) });
      }
      const owners = listed.map(({ owner }) => owner);
      expect(owners).toEqual([...owners].sort());
      expect(new Set(owners).size).toBe(owners.length);
      for (const { owner } of all) expect(owners).toContain(owner);
    });

    it('ends when it is aborted', async () => {
      await expect(coverage.noteChanges(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    });

    it('reports what was changed since the newest snapshot, and by whom', async () => {
      const workspace = aWorkspace();
      expect(await coverage.uncovered(workspace, 10)).toEqual({
        count: 0,
        allByAi: true,
        allDeletions: true,
        quietMs: 0,
      });
      await change(panelIn(workspace), 0, { state });
      expect(await coverage.uncovered(workspace, 10)).toMatchObject({
        count: 1,
        allByAi: false,
        allDeletions: false,
      });
      await coverNow(workspace);
      expect(await coverage.uncovered(workspace, 10)).toMatchObject({ count: 0 });
      await change(panelIn(workspace), 1, { state, by: 'ai' }, { ...deleted, by: 'ai' });
      expect(await coverage.uncovered(workspace, 10)).toMatchObject({
        count: 2,
        allByAi: true,
        allDeletions: false,
      });
      await sleep(5);
      const { count, quietMs } = await coverage.uncovered(workspace, 1);
      expect(count).toBe(1);
      expect(quietMs).toBeGreaterThanOrEqual(4);
      expect(quietMs).toBeLessThan(60_000);
    });
  });
}
