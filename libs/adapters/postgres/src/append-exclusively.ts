import type { DataSource } from 'typeorm';
import {
  type AppendOutcome,
  type BuildAppend,
  type BuildTogether,
  type LargeWork,
  type WorkspaceKey,
  type PanelKey,
} from '@nexus-state/state-core';
import { isDeadlock, outcomeOf, outcomeOfTogether, writeChanges, writeTogether } from './append';
import { findKept, isKeyTaken } from './key-store';
import { inNumberedTransaction } from './numbered-transaction';
import { readPanel, readPanels } from './panel-row';
import { inTransaction } from './query';

/** See `PanelStore.appendExclusively`. */
export async function appendExclusively(
  source: DataSource,
  key: PanelKey,
  build: BuildAppend,
  large: LargeWork,
): Promise<AppendOutcome | undefined> {
  try {
    return await inTransaction(source, async (run) => {
      const panel = await readPanel(run, key, 'held', large);
      const append = await build(panel, (request) =>
        findKept(run, { workspace: key, request, panelIds: [key.panelId] }, large),
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
  large: LargeWork,
): Promise<AppendOutcome | undefined> {
  return outcomeOfTogether(() =>
    inNumberedTransaction(source, async (run, moment) => {
      const panels = await readPanels(run, workspace, panelIds, 'held', large);
      const when = await moment();
      const together = await build(panels, (request, ids) =>
        findKept(run, { workspace, request, panelIds: ids }, large),
      );
      if (!together) return undefined;
      // Only panels can be missed that were not there to be locked.
      const occurredAt = await writeTogether(run, together, when);
      return { outcome: 'appended', occurredAt: occurredAt ?? when.now } as const;
    }),
  );
}
