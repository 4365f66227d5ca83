import type { Conflict, JsonPatch } from '@nexus-state/documents';
import { VersionConflict } from '../errors';
import { creation, deletion } from '../panels/edit';
import { PendingChanges } from '../panels/group-commit';
import {
  type ChangeOrigin,
  type Limits,
  type Panel,
  type WorkspaceKey,
  bringsIntoBeing,
  stateContent,
} from '../panels/model';
import type { PanelStore } from '../panels/ports';
import { type HistoryPorts, pastContent } from '../panels/read-version';
import {
  type MergedProposal,
  type ProposedChange,
  type ProposedPanel,
  type Resolution,
  mergeProposed,
} from './model';

/** What a proposal comes to for one panel. */
export interface PlannedPanel {
  readonly panelId: string;
  /** The version of the panel now; 0 where it was never there. */
  readonly version: number;
  readonly patch: JsonPatch;
  readonly conflicts: readonly Conflict[];
  readonly panel: Panel | undefined;
  readonly merged: MergedProposal;
}

/** What planning needs. */
export type PlanPorts = HistoryPorts & { readonly store: PanelStore; readonly limits: Limits };

/** More changes than this since a proposal are not merged over. */
const maxSince = 5_000;
const pageSize = 500;

/**
 * What changes come to on the panels as they are, in the order in which the panels are first named.
 * @throws PatchFailed where a patch does not apply to the version that it names; VersionConflict where that version is not there yet,
 *   or too many changes ago; PanelNotFound, VersionNotFound, Unavailable
 */
export async function planProposal(
  workspace: WorkspaceKey,
  changes: readonly ProposedChange[],
  resolutions: readonly Resolution[],
  ports: PlanPorts,
): Promise<readonly PlannedPanel[]> {
  const ids = [...new Set(changes.map(({ panelId }) => panelId))];
  const panels = await ports.store.readMany(workspace, ids);
  const planned: PlannedPanel[] = [];
  for (const panelId of ids) {
    const panel = panels.get(panelId);
    const own = changes.filter((change) => change.panelId === panelId);
    const { version = 0 } = own[0] ?? {};
    const proposed = await proposedPanel({ ...workspace, panelId }, version, panel, ports);
    const settling = resolutions.filter((resolution) => resolution.panelId === panelId);
    const merged = mergeProposed(proposed, own, settling);
    const { patch, conflicts } = merged;
    planned.push({ panelId, version: panel?.version ?? 0, patch, conflicts, panel, merged });
  }
  return planned;
}

async function proposedPanel(
  key: WorkspaceKey & { readonly panelId: string },
  version: number,
  panel: Panel | undefined,
  ports: PlanPorts,
): Promise<ProposedPanel> {
  const newest = panel?.version ?? 0;
  const current = panel?.deleted === false ? panel.state : undefined;
  if (version === 0) return { base: undefined, since: current ? undefined : [], current };
  if (version > newest || newest - version > maxSince)
    throw new VersionConflict(key.panelId, version, newest);
  const { state } = await pastContent(key, { version }, ports);
  const patches: JsonPatch[] = [];
  let isSame = true;
  while (version + patches.length < newest) {
    const page = await ports.store.changesSince(key, version + patches.length, pageSize);
    for (const change of page.filter((one) => one.version <= newest)) {
      isSame &&= change.changeType !== 'deleted' && !bringsIntoBeing(change);
      patches.push(change.patch);
    }
    if (page.length === 0) throw new Error('The history of a panel ends before its version.');
  }
  return { base: state, since: isSame ? patches : undefined, current };
}

/**
 * The changes that a plan without conflicts makes; panels that stay as they are have none.
 * @throws StateTooLarge, StateTooDeep, UnsupportedValue
 */
export function plannedChanges(
  workspace: WorkspaceKey,
  planned: readonly PlannedPanel[],
  origin: ChangeOrigin,
  limits: Limits,
): readonly PendingChanges[] {
  return planned.flatMap(({ panelId, panel, merged: { result, patch } }) => {
    if (patch.length === 0) return [];
    const pending = new PendingChanges({ ...workspace, panelId }, panel);
    if (!result) pending.add(deletion(panel?.state ?? {}, origin));
    else if (panel?.deleted === false)
      pending.add({ ...origin, changeType: 'updated', content: stateContent(result, limits), patch });
    else pending.add(creation(stateContent(result, limits), origin));
    return [pending];
  });
}
