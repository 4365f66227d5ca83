import { describePanelCache } from '../testing/panel-cache.contract';
import { MemoryPanelCache } from './memory-panel-cache';

describePanelCache('memory', async () => ({ cache: new MemoryPanelCache() }));
