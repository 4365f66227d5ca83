import { describePanelQuery } from '../testing/panel-query.contract';
import { MemoryPanelQuery } from './memory-panel-query';
import { MemoryPanelStore } from './memory-panel-store';

describePanelQuery('memory', async () => {
  const store = new MemoryPanelStore();
  return { store, query: new MemoryPanelQuery(store) };
});
