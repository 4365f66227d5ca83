import { describePanelPages } from '../testing/panel-pages.contract';
import { describeExclusiveAppend } from '../testing/exclusive-append.contract';
import { describePanelStore } from '../testing/panel-store.contract';
import { MemoryPanelStore } from './memory-panel-store';

describePanelStore('memory', async () => ({ store: new MemoryPanelStore() }));
describeExclusiveAppend('memory', async () => ({ store: new MemoryPanelStore() }));
describePanelPages('memory', async () => ({ store: new MemoryPanelStore() }));
