import { describeIdempotency } from '../testing/idempotency.contract';
import { MemoryPanelStore } from './memory-panel-store';

describeIdempotency('memory', async () => {
  const store = new MemoryPanelStore();
  return { store, keys: store.keys };
});
