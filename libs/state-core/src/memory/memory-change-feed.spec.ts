import { describeChangeFeed } from '../testing/change-feed.contract';
import { MemoryChangeFeed } from './memory-change-feed';
import { MemoryPanelStore } from './memory-panel-store';

describeChangeFeed('memory', async () => {
  const store = new MemoryPanelStore();
  return { store, feed: new MemoryChangeFeed(store) };
});
