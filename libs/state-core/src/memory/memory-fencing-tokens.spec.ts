import { describeFencingTokens } from '../testing/fencing-tokens.contract';
import { MemoryPanelStore } from './memory-panel-store';

describeFencingTokens('memory', async () => {
  const store = new MemoryPanelStore();
  return { store, fencing: store.fencing };
});
