import { PanelNotFound } from '../errors';
import type { PanelKey } from './model';
import type { HistoryPage, HistoryQuery, PanelStore } from './ports';

/** Which part of which panel's history to read. */
export interface ReadHistory extends HistoryQuery {
  readonly key: PanelKey;
}

/**
 * Reads a page of a panel's history, newest first. A deleted panel still has one.
 * @throws PanelNotFound when the panel was never created
 * @throws Unavailable
 */
export async function readHistory(
  { key, ...query }: ReadHistory,
  ports: { readonly store: PanelStore },
): Promise<HistoryPage> {
  const page = await ports.store.history(key, query);
  if (page.totalChanges === 0 && !(await ports.store.read(key))) throw new PanelNotFound(key.panelId);
  return page;
}
