import { describeLockStore } from '../testing/lock-store.contract';
import { MemoryLockStore } from './memory-lock-store';

describeLockStore('memory', async () => {
  const store = new MemoryLockStore();
  return { stores: [store, store] };
});
