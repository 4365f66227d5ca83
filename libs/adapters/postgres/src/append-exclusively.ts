import type { DataSource } from 'typeorm';
import {
  type AppendOutcome,
  type BuildAppend,
  type BuildTogether,
  type WorkspaceKey,
  type PanelKey,
} from '@nexus-state/state-core';
import { KeyTaken, VersionMissed, isDeadlock, outcomeOf, withoutDeadlock, writeChanges } from './append';
import { holdVersions } from './hold-versions';
import { claimKey, findKept, isKeyTaken } from './key-store';
import { inNumberedTransaction } from './numbered-transaction';
import { readPanel, readPanels } from './panel-row';
import { inTransaction } from './query';

/** See `PanelStore.appendExclusively`. */
export async function appendExclusively(
  source: DataSource,
  key: PanelKey,
  build: BuildAppend,
): Promise<AppendOutcome | undefined> {
  try {
    return await inTransaction(source, async (run) => {
      const panel = await readPanel(run, key, 'held');
      const append = await build(panel, (request) =>
        findKept(run, { workspace: key, request, panelIds: [key.panelId] }),
      );
      return append && outcomeOf(await writeChanges(run, [append]), key);
    });
  } catch (error) {
    if (isKeyTaken(error)) return { outcome: 'key-taken' };
    // A transaction may hold the panel and wait for a key that this one claims.
    if (isDeadlock(error)) return { outcome: 'version-mismatch' };
    throw error;
  }
}

/** See `PanelStore.appendTogetherExclusively`. */
export async function appendTogetherExclusively(
  source: DataSource,
  workspace: WorkspaceKey,
  panelIds: readonly string[],
  build: BuildTogether,
): Promise<AppendOutcome | undefined> {
  try {
    return await withoutDeadlock(() =>
      inNumberedTransaction(source, async (run, moment) => {
        const panels = await readPanels(run, workspace, panelIds, 'held');
        const when = await moment();
        const together = await build(panels, (request, ids) =>
          findKept(run, { workspace, request, panelIds: ids }),
        );
        if (!together) return undefined;
        const { batch, checks, claim } = together;
        const written = batch.length === 0 ? undefined : await writeChanges(run, batch, when);
        // Only those can be missed that were not there to be locked.
        if (written && written.size < batch.length) throw new VersionMissed();
        if (!(await holdVersions(run, checks))) throw new VersionMissed();
        if (claim && !(await claimKey(run, claim.workspace, claim))) throw new KeyTaken();
        return { outcome: 'appended', occurredAt: written ? latest(written) : when.now } as const;
      }),
    );
  } catch (error) {
    if (error instanceof VersionMissed) return { outcome: 'version-mismatch' };
    if (error instanceof KeyTaken) return { outcome: 'key-taken' };
    throw error;
  }
}

function latest(written: ReadonlyMap<string, string>): string {
  return [...written.values()].sort().at(-1) as string;
}
