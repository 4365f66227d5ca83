import type { FeedItem } from '@nexus-state/contracts';
import type { FeedEntry } from '@nexus-state/state-core';
import { historyItem } from '../panels/history-item';

/** A change of the feed as the API shows it. */
export function feedItem({ change, position }: FeedEntry): FeedItem {
  return { panelId: change.key.panelId, ...historyItem(change), cursor: position };
}
