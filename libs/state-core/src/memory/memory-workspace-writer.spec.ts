import { describeWorkspaceWriter } from '../testing/workspace-writer.contract';
import { MemoryPanelStore } from './memory-panel-store';
import { MemoryWorkspaceWriter } from './memory-workspace-writer';

describeWorkspaceWriter('memory', async () => {
  const store = new MemoryPanelStore(() => new Date('2026-01-02T03:04:05.678Z'));
  return { store, writer: new MemoryWorkspaceWriter(store) };
});
