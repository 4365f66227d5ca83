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
import { proposeLeftOut } from './companions';
import { readChangesSince } from './history';
import { findKept, isKeyTaken } from './key-store';
import { readPanel, readPanels } from './panel-row';
import { inPatientTransaction } from './patient-transaction';
import { inTransaction } from './query';
import { holdTurn } from './turn-store';

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
      const append = await build(
        panel,
        (request) => findKept(run, { workspace: key, request, panelIds: [key.panelId] }, large),
        (version, limit) => readChangesSince(run, key, { version, limit }, large),
      );
      if (!append) return undefined;
      if (append.turnId !== undefined && !(await holdTurn(run, key, append.turnId)))
        return { outcome: 'turn-ended' };
      const outcome = outcomeOf(await writeChanges(run, [append], 'each'), key);
      if (outcome.outcome === 'appended') await proposeLeftOut(run, [append]);
      return outcome;
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
    inPatientTransaction(source, async (run) => {
      const panels = await readPanels(run, workspace, panelIds, 'held', large);
      const together = await build(panels, (request, ids) =>
        findKept(run, { workspace, request, panelIds: ids }, large),
      );
      // Only panels can be missed that were not there to be locked.
      return together && (await writeTogether(run, together));
    }),
  );
}
