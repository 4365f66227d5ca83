import type { WorkspaceKey } from '../panels/model';
import { describeSnapshotCoverage } from '../testing/snapshot-coverage.contract';
import { MemoryPanelStore } from './memory-panel-store';
import { MemorySnapshotCoverage } from './memory-snapshot-coverage';

describeSnapshotCoverage('memory', async () => {
  const store = new MemoryPanelStore();
  const gone = new Set<string>();
  const exists = async ({ owner }: WorkspaceKey) => !gone.has(owner);
  return {
    store,
    coverage: new MemorySnapshotCoverage(store, exists),
    deleteWorkspace: async ({ owner }) => gone.add(owner),
  };
});
