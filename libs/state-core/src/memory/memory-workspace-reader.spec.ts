import { describeWorkspaceReader } from '../testing/workspace-reader.contract';
import { MemoryPanelStore } from './memory-panel-store';
import { MemoryWorkspaceReader } from './memory-workspace-reader';

describeWorkspaceReader('memory', async () => {
  const store = new MemoryPanelStore();
  return { store, reader: new MemoryWorkspaceReader(store) };
});
