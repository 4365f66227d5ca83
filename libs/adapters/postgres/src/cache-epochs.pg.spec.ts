import { describeCacheEpochs } from '@nexus-state/state-core/testing/cache-epochs.contract';
import { onTestDatabase } from './testing/postgres-adapter';
import { PostgresCacheEpochs } from './cache-epochs';

describeCacheEpochs('PostgreSQL', async () => {
  const { store: epochs, close } = await onTestDatabase((source) => new PostgresCacheEpochs(source));
  return { epochs, close };
});
