import { describeAuditSink } from '@nexus-state/state-core/testing/audit-sink.contract';
import { describeCacheEpochs } from '@nexus-state/state-core/testing/cache-epochs.contract';
import { describeChangeFeed } from '@nexus-state/state-core/testing/change-feed.contract';
import { describeEmbeddingStore } from '@nexus-state/state-core/testing/embedding-store.contract';
import { describeExclusiveAppend } from '@nexus-state/state-core/testing/exclusive-append.contract';
import { describeFencingTokens } from '@nexus-state/state-core/testing/fencing-tokens.contract';
import { describeIdempotency } from '@nexus-state/state-core/testing/idempotency.contract';
import { describePanelPages } from '@nexus-state/state-core/testing/panel-pages.contract';
import { describePanelQuery } from '@nexus-state/state-core/testing/panel-query.contract';
import { describePanelStore } from '@nexus-state/state-core/testing/panel-store.contract';
import { describeProposalStore } from '@nexus-state/state-core/testing/proposal-store.contract';
import { describeSnapshotCoverage } from '@nexus-state/state-core/testing/snapshot-coverage.contract';
import { describeSnapshotRetention } from '@nexus-state/state-core/testing/snapshot-retention.contract';
import { describeSnapshotStore } from '@nexus-state/state-core/testing/snapshot-store.contract';
import { describeTurnStore } from '@nexus-state/state-core/testing/turn-store.contract';
import { describeWorkspaceReader } from '@nexus-state/state-core/testing/workspace-reader.contract';
import { describeWorkspaceStore } from '@nexus-state/state-core/testing/workspace-store.contract';
import { describeWorkspaceWriter } from '@nexus-state/state-core/testing/workspace-writer.contract';
import type { DataSource } from 'typeorm';
import { PostgresAuditSink } from '../audit-sink';
import { PostgresCacheEpochs } from '../cache-epochs';
import { PostgresChangeFeed } from '../change-feed';
import { PostgresEmbeddingStore } from '../embedding-store';
import { PostgresFencingTokens } from '../fencing-tokens';
import { PostgresKeyStore } from '../key-store';
import { PostgresPanelQuery } from '../panel-query';
import { PostgresPanelStore } from '../panel-store';
import { PostgresProposalStore } from '../proposal-store';
import { PostgresRuleStore } from '../rule-store';
import { PostgresSnapshotCoverage } from '../snapshot-coverage';
import { PostgresSnapshotRetention } from '../snapshot-retention';
import { PostgresSnapshotStore } from '../snapshot-store';
import { PostgresTurnStore } from '../turn-store';
import { PostgresWorkspaceReader } from '../workspace-reader';
import { PostgresWorkspaceStore } from '../workspace-store';
import { PostgresWorkspaceWriter } from '../workspace-writer';
import { describeKeys } from './keys';

/** A database of its own, with our schema. */
export interface OpenDatabase {
  readonly source: DataSource;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * The promises of every port that this library adapts to.
 * @param open opens a database for each suite, and says how the tables of it are spread
 */
export function describeContracts(name: string, open: () => Promise<OpenDatabase>): void {
  const store = async () => {
    const { source, close } = await open();
    return { source, store: new PostgresPanelStore(source), close };
  };
  describePanelStore(name, store);
  describePanelPages(name, store);
  describeExclusiveAppend(name, store);
  describeChangeFeed(name, async () => {
    const opened = await store();
    return { ...opened, feed: new PostgresChangeFeed(opened.source) };
  });
  describeFencingTokens(name, async () => {
    const opened = await store();
    return { ...opened, fencing: new PostgresFencingTokens(opened.source) };
  });
  describeIdempotency(name, async () => {
    const opened = await store();
    return { ...opened, keys: new PostgresKeyStore(opened.source) };
  });
  describeWorkspaceReader(name, async () => {
    const opened = await store();
    return { ...opened, reader: new PostgresWorkspaceReader(opened.source) };
  });
  describeWorkspaceWriter(name, async () => {
    const opened = await store();
    return { ...opened, writer: new PostgresWorkspaceWriter(opened.source) };
  });
  describeTurnStore(name, async () => {
    const opened = await store();
    return {
      ...opened,
      turns: new PostgresTurnStore(opened.source),
      proposals: new PostgresProposalStore(opened.source),
      feed: new PostgresChangeFeed(opened.source),
    };
  });
  describeProposalStore(name, async () => {
    const opened = await store();
    return {
      ...opened,
      turns: new PostgresTurnStore(opened.source),
      proposals: new PostgresProposalStore(opened.source),
      rules: new PostgresRuleStore(opened.source),
    };
  });
  describeSnapshotCoverage(name, async () => {
    const opened = await store();
    const workspaces = new PostgresWorkspaceStore(opened.source);
    return {
      ...opened,
      coverage: new PostgresSnapshotCoverage(opened.source),
      deleteWorkspace: workspaces.delete.bind(workspaces),
    };
  });
  describeWorkspaceStore(name, async () => {
    const { source, close } = await open();
    return { store: new PostgresWorkspaceStore(source), close };
  });
  describeSnapshotStore(name, async () => {
    const { source, close } = await open();
    return { snapshots: new PostgresSnapshotStore(source), close };
  });
  describeSnapshotRetention(name, async () => {
    const { source, close } = await open();
    const snapshots = new PostgresSnapshotStore(source);
    return { snapshots, retention: new PostgresSnapshotRetention(source), close };
  });
  describeEmbeddingStore(name, async () => {
    const { source, close } = await open();
    return { store: new PostgresEmbeddingStore(source), close };
  });
  describeKeys(name, open);
  describeAuditSink(name, async () => {
    const { source, close } = await open();
    const sink = new PostgresAuditSink(source);
    return { sink, reader: sink, close };
  });
  describeCacheEpochs(name, async () => {
    const { source, close } = await open();
    return { epochs: new PostgresCacheEpochs(source), close };
  });
  describePanelQuery(name, async () => {
    const opened = await open();
    const query = new PostgresPanelQuery({ url: opened.url, concurrency: 2, timeoutMs: 5_000 });
    const close = async () => {
      await query.close();
      await opened.close();
    };
    return { store: new PostgresPanelStore(opened.source), query, close };
  });
}
