import { describePanelPages } from '../testing/panel-pages.contract';
import { describeExclusiveTurns } from '../testing/exclusive-turns.contract';
import { describePanelStore } from '../testing/panel-store.contract';
import { MemoryPanelStore } from './memory-panel-store';

describePanelStore('memory', async () => ({ store: new MemoryPanelStore() }));
describeExclusiveTurns('memory', async () => ({ store: new MemoryPanelStore() }));
describePanelPages('memory', async () => ({ store: new MemoryPanelStore() }));
