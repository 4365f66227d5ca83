import type { Provider } from '@nestjs/common';
import type { Config } from '@nexus-state/nest-kit';
import { OwnerStores } from '@nexus-state/store';
import { type PostgresStore, PostgresStores } from '@nexus-state/store/postgres';

/** The stores of keys, whose connections are closed after the last request. */
class ClosingOwnerStores extends OwnerStores<PostgresStore> {
  constructor(private readonly stores: PostgresStores) {
    super((owner) => stores.store(owner));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
    await this.stores.close();
  }
}

/**
 * The keys of owners, in the tables that the service's own migrations make.
 * @param encrypts whether the process reads and writes sensitive values; one that only watches needs no encryption keys
 */
export function ownerStoresProvider(config: Config, { encrypts }: { readonly encrypts: boolean }): Provider {
  return {
    provide: OwnerStores,
    useFactory: async () => {
      const ring = encrypts ? config.STATE_ENCRYPTION_KEYS : undefined;
      const stores = await PostgresStores.open({
        connectionString: config.DATABASE_URL,
        poolSize: config.KEYS_POOL_SIZE,
        timeoutMs: config.DATABASE_TIMEOUT,
        retention: { maxChanges: config.KEYS_MAX_CHANGES, maxAgeMs: config.KEYS_MAX_AGE },
        migrate: false,
        ...(ring && { encryption: ring }),
      });
      return new ClosingOwnerStores(stores);
    },
  };
}
