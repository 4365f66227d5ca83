import { Semaphore } from '../concurrency';
import { type PastContent, pastContent } from '../panels';
import { type WorkspaceKey, isLarge, operationsOf } from '../panels/model';
import type { ChangeFeed, HistoryEntry } from '../panels/ports';
import { pastWorkspace } from '../snapshots/past-workspace';
import { VisiblePanels } from '../workspaces/access';
import type { ContextItem } from './context-item';
import { type DescribedChange, PointerGlobs, describeChanges, patchInWords } from './model';
import type { NamedPanel, OutlinePorts, PanelOutlines, Writing } from './panel-outlines';

/** What telling of changes needs. */
export interface ChangePorts extends OutlinePorts {
  readonly feed: ChangeFeed;
}

/** Which changes are told of. */
export interface AskForChanges {
  readonly workspace: WorkspaceKey;
  readonly visible: VisiblePanels;
  readonly includes: (panelId: string) => boolean;
  /** The panels now, by id. */
  readonly panels: ReadonlyMap<string, NamedPanel>;
  readonly writing: Writing;
}

/** How many panels are compared at a time. */
const compared = 4;
/** How many of the newest changes are told of. */
const newestChanges = 20;

/**
 * What is different since a revision, a panel after the other.
 * @throws RevisionNotFound where the workspace has not reached the revision
 */
export async function changedItems(
  { workspace, visible, includes, panels, writing }: AskForChanges,
  revision: number,
  outlines: PanelOutlines,
  ports: ChangePorts,
): Promise<ContextItem[]> {
  const past = await pastWorkspace(workspace, { revision, visible }, ports);
  const gone = [...past.panels.keys()].filter((panelId) => includes(panelId) && !panels.has(panelId));
  const deleted = await ports.store.readMany(workspace, gone);
  const items: ContextItem[] = [...deleted.values()].map(({ key, version, updatedAt }) => ({
    panelId: key.panelId,
    version,
    pointer: '',
    note: 'Deleted.',
    updatedAt,
  }));
  const created: NamedPanel[] = [];
  const changed: { readonly panel: NamedPanel; readonly from: number }[] = [];
  for (const panel of panels.values()) {
    const before = past.panels.get(panel.panelId);
    if (!before) created.push(panel);
    else if (before.checksum !== panel.checksum) changed.push({ panel, from: before.version });
  }
  const values = await outlines.of(workspace, created, writing);
  for (const { panelId, version, updatedAt } of created)
    for (const { pointer, content } of values.get(panelId) ?? [])
      items.push({ panelId, version, pointer, note: 'Created.', content, updatedAt });
  const turns = new Semaphore(compared);
  const differences = await Promise.all(
    changed.map((one) => turns.run(() => differencesOf(workspace, one, writing, ports))),
  );
  const all = differences.flat().flatMap(({ outline }) => (outline ? [outline] : []));
  const counted = await outlines.count(all, writing);
  changed.forEach(({ panel: { panelId, version, updatedAt } }, index) => {
    for (const { pointer, note, outline } of differences[index] as readonly DescribedChange[]) {
      const content = outline && counted.get(outline);
      items.push({ panelId, version, pointer, note, content, updatedAt });
    }
  });
  return items;
}

async function differencesOf(
  workspace: WorkspaceKey,
  { panel: { panelId, version }, from }: { readonly panel: NamedPanel; readonly from: number },
  { markup, pointers }: Writing,
  ports: ChangePorts,
): Promise<readonly DescribedChange[]> {
  const key = { ...workspace, panelId };
  const before: PastContent = await pastContent(key, { version: from }, ports);
  const after: PastContent = await pastContent(key, { version }, ports);
  if (isLarge(before.stateText.length + after.stateText.length))
    return ports.large.differences(before.stateText, after.stateText, markup, pointers);
  return describeChanges(before.state, after.state, markup, pointers && new PointerGlobs(pointers));
}

/** The newest changes up to a revision, each in a sentence. */
export async function newestItems(
  { workspace, visible, includes, panels }: AskForChanges,
  revision: number,
  { feed }: ChangePorts,
): Promise<ContextItem[]> {
  const after = { revision: Math.max(0, revision - newestChanges) };
  const page = await feed.read(workspace, { after, limit: newestChanges, visible });
  const entries = page?.entries.filter((entry) => entry.revision <= revision && includes(entry.key.panelId));
  return (entries ?? []).map((entry) => ({
    panelId: entry.key.panelId,
    version: entry.version,
    pointer: '',
    note: sentenceOf(entry),
    updatedAt: panels.get(entry.key.panelId)?.updatedAt ?? entry.occurredAt,
  }));
}

function sentenceOf(entry: HistoryEntry): string {
  const by = `by ${JSON.stringify(entry.actor)} (${JSON.stringify(entry.triggeredBy)})`;
  if (entry.changeType !== 'updated') return `${capital(entry.changeType)} ${by}.`;
  if (entry.largePatch) return `Changed ${by}: ${operationsOf(entry)} operations.`;
  return `Changed ${by}: ${patchInWords(entry.patch)}.`;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}
