import { PanelNotFound } from '../../errors';
import type { Change, Panel, PanelKey } from '../../panels/model';
import type { PanelStore } from '../../panels/ports';
import type { UpdateBus } from '../../ports';
import { pageSize } from './feed-reads';
import { followPages } from './follow-pages';

/** Follows the changes of one panel. */
export interface FollowPanel {
  readonly key: PanelKey;
  /** Only changes after this version. Without it, or with one that the panel has not reached, its state comes first. */
  readonly afterVersion: number | undefined;
  /** Called before each read of changes; what it throws ends the iteration. */
  readonly authorize: () => Promise<void>;
  /** Ends the iteration when it is aborted. */
  readonly signal: AbortSignal;
}

/** What happens to a followed panel: the state that following begins with, then every change after it. */
export type FollowedEvent =
  | { readonly kind: 'state'; readonly panel: Panel }
  | { readonly kind: 'changes'; readonly changes: readonly Change[] };

/**
 * The changes of a panel as they appear, in version order, each once, without end.
 * @throws PanelNotFound when the panel was never created, or is deleted and no version is given; Unavailable; what
 *   `authorize` throws
 */
export async function* followPanel(
  { key, afterVersion, authorize, signal }: FollowPanel,
  { store, bus }: { readonly store: PanelStore; readonly bus: UpdateBus },
): AsyncGenerator<FollowedEvent> {
  const panel = await store.read(key);
  if (!panel || (panel.deleted && afterVersion === undefined)) throw new PanelNotFound(key.panelId);
  const isSeen = afterVersion !== undefined && afterVersion <= panel.version;
  if (!isSeen && !panel.deleted) yield { kind: 'state', panel };
  const read = async (version: number) => {
    await authorize();
    const entries = await store.changesSince(key, version, pageSize);
    return { entries, end: entries.at(-1)?.version ?? version, more: entries.length > 0 };
  };
  const start = isSeen ? afterVersion : panel.version;
  for await (const page of followPages({ workspace: key, start, read, signal }, bus)) {
    yield { kind: 'changes', changes: page.entries };
  }
}
