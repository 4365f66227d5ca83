import { StateError, canonicalJson } from '@nexus-state/documents';
import { Semaphore } from '../concurrency';
import type { PresenceBoard } from '../live/ports';
import type { WorkspaceKey } from '../panels/model';
import type { ContextItem } from './context-item';
import { oneLine } from './model';
import type { NamedPanel } from './panel-outlines';

/** How many panels are looked at, at a time and at most. */
const atOnce = 8;
const mostPanels = 200;
const shownLength = 200;

/** Who is present in panels, in a sentence for each. Where that is not known, nobody is. */
export async function presentItems(
  workspace: WorkspaceKey,
  panels: ReadonlyMap<string, NamedPanel>,
  board: Pick<PresenceBoard, 'renew' | 'others' | 'panels'>,
): Promise<ContextItem[]> {
  try {
    // What others show is read under a lease.
    await board.renew();
    const busy = new Set(await board.panels(workspace));
    const looked = [...panels.values()].filter(({ panelId }) => busy.has(panelId));
    const turns = new Semaphore(atOnce);
    const found = await Promise.all(
      looked.slice(0, mostPanels).map((panel) => turns.run(() => presentIn(workspace, panel, board))),
    );
    return found.flat();
  } catch (error) {
    if (error instanceof StateError) return [];
    throw error;
  }
}

async function presentIn(
  workspace: WorkspaceKey,
  { panelId, version, updatedAt }: NamedPanel,
  board: Pick<PresenceBoard, 'others'>,
): Promise<ContextItem[]> {
  const members = await board.others({ ...workspace, panelId });
  if (members.length === 0) return [];
  const shown = members
    .map(({ userId, data }) => `${JSON.stringify(userId)} ${canonicalJson(data).slice(0, shownLength)}`)
    .sort();
  const note = oneLine(`Present: ${shown.join('; ')}`).toWellFormed();
  return [{ panelId, version, pointer: '', note, updatedAt }];
}
