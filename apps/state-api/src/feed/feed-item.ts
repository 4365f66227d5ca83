import type { FeedItem } from '@nexus-state/contracts';
import { type HistoryEntry, positionOf, positionText } from '@nexus-state/state-core';
import { historyItem } from '../panels/history-item';

/** A change of the feed as the API shows it. */
export function feedItem(change: HistoryEntry): FeedItem {
  const cursor = positionText(positionOf(change));
  return { panelId: change.key.panelId, ...historyItem(change), cursor };
}
