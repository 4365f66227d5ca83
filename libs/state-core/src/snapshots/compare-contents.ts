import { JsonText, type JsonValue, canonicalJson, compareStates } from '@nexus-state/documents';
import type { LargeWork } from '../panels/large';
import { creationText, isLarge } from '../panels/model';
import { type StateReading, type WorkspaceContent, batchesOf } from './workspace-content';

/** What became of a panel between two contents of a workspace. */
export interface PanelDifference {
  readonly panelId: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Its version before; null when it was not there. */
  readonly fromVersion: number | null;
  /** Its version after; null when it is not there. */
  readonly toVersion: number | null;
  /** Leads from one state to the other, as in history: a panel that is new is added at the root, one that is gone removed. */
  readonly patch: JsonText;
}

/**
 * The panels that differ between two contents, by id, a few in memory at once. Panels whose states are equal do not
 * differ, even with different versions.
 */
export async function* compareContents(
  from: WorkspaceContent,
  to: WorkspaceContent,
  large: LargeWork,
): AsyncGenerator<PanelDifference> {
  const all = new Set([...from.panels.keys(), ...to.panels.keys()]);
  const differing = [...all].filter((id) => from.panels.get(id)?.checksum !== to.panels.get(id)?.checksum);
  for (const batch of batchesOf(differing.sort(), from, to)) {
    const [before, after] = await Promise.all(
      [from, to].map((content) => content.readStates(batch.filter((id) => content.panels.has(id)))),
    );
    for (const panelId of batch) {
      yield {
        panelId,
        fromVersion: from.panels.get(panelId)?.version ?? null,
        toVersion: to.panels.get(panelId)?.version ?? null,
        ...(await difference(before?.get(panelId), after?.get(panelId), large)),
      };
    }
  }
}

async function difference(
  before: StateReading | undefined,
  after: StateReading | undefined,
  large: LargeWork,
): Promise<Pick<PanelDifference, 'change' | 'patch'>> {
  if (!after) return { change: 'removed', patch: new JsonText('[{"op":"remove","path":""}]') };
  if (!before) return { change: 'added', patch: new JsonText(creationText(after.stateText).text) };
  return { change: 'changed', patch: new JsonText(await patchBetween(before, after, large)) };
}

async function patchBetween(before: StateReading, after: StateReading, large: LargeWork): Promise<string> {
  if (isLarge(before.stateText.length + after.stateText.length))
    return (await large.compare(before.stateText, after.stateText)).text;
  return canonicalJson(compareStates(before.state, after.state) as unknown as JsonValue);
}
