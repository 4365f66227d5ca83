import { describeProposalStore } from '../testing/proposal-store.contract';
import { describeTurnStore } from '../testing/turn-store.contract';
import { MemoryChangeFeed } from './memory-change-feed';
import { MemoryPanelStore } from './memory-panel-store';
import { MemoryRuleStore } from './memory-rule-store';

describeTurnStore('memory', async () => {
  const store = new MemoryPanelStore();
  return { turns: store.turns, proposals: store.proposals, store, feed: new MemoryChangeFeed(store) };
});

describeProposalStore('memory', async () => {
  const store = new MemoryPanelStore();
  return { proposals: store.proposals, rules: new MemoryRuleStore(), turns: store.turns, store };
});
