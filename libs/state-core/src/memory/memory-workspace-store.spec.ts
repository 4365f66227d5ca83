import { describeWorkspaceStore } from '../testing/workspace-store.contract';
import { MemoryWorkspaceStore } from './memory-workspace-store';

describeWorkspaceStore('memory', async () => ({ store: new MemoryWorkspaceStore() }));
