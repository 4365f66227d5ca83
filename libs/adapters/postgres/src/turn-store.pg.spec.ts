import { describeProposalStore } from '@nexus-state/state-core/testing/proposal-store.contract';
import { describeTurnStore } from '@nexus-state/state-core/testing/turn-store.contract';
import { PostgresChangeFeed } from './change-feed';
import { PostgresPanelStore } from './panel-store';
import { PostgresProposalStore } from './proposal-store';
import { PostgresRuleStore } from './rule-store';
import { onTestDatabase } from './testing/postgres-adapter';
import { PostgresTurnStore } from './turn-store';

describeTurnStore('PostgreSQL', async () => {
  const { store, close } = await onTestDatabase((source) => ({
    turns: new PostgresTurnStore(source),
    proposals: new PostgresProposalStore(source),
    store: new PostgresPanelStore(source),
    feed: new PostgresChangeFeed(source),
  }));
  return { ...store, close };
});

describeProposalStore('PostgreSQL', async () => {
  const { store, close } = await onTestDatabase((source) => ({
    proposals: new PostgresProposalStore(source),
    rules: new PostgresRuleStore(source),
    turns: new PostgresTurnStore(source),
    store: new PostgresPanelStore(source),
  }));
  return { ...store, close };
});
