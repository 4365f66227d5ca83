import { describeSnapshotRetention } from '@nexus-state/state-core/testing/snapshot-retention.contract';
import { PostgresSnapshotRetention } from './snapshot-retention';
import { PostgresSnapshotStore } from './snapshot-store';
import { onTestDatabase } from './testing/postgres-adapter';

describeSnapshotRetention('PostgreSQL', async () => {
  const { source, close } = await onTestDatabase(() => undefined);
  return {
    snapshots: new PostgresSnapshotStore(source),
    retention: new PostgresSnapshotRetention(source),
    close,
  };
});
