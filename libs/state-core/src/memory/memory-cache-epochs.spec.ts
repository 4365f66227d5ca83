import { describeCacheEpochs } from '../testing/cache-epochs.contract';
import { MemoryCacheEpochs } from './memory-cache-epochs';

describeCacheEpochs('memory', async () => ({ epochs: new MemoryCacheEpochs() }));
