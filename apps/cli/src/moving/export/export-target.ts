import type { FoundPanel, HistoryEntry } from '@nexus-state/client';

/** Where an export goes. */
export interface ExportTarget {
  /** Writes a panel. */
  panel(panel: FoundPanel): Promise<void>;
  /** Writes the changes of the panel that was written last, the newest first. */
  history(panelId: string, entries: AsyncIterable<HistoryEntry>): Promise<void>;
  /** Everything is written. */
  finish(): Promise<void>;
  /** Takes away what was begun. */
  discard(): Promise<void>;
}
