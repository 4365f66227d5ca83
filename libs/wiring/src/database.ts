import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { Config } from '@nexus-state/nest-kit';
import { postgresOptions } from '@nexus-state/postgres';

/**
 * The data source of a process.
 * @param minPoolSize what the process needs at once, even where `DATABASE_POOL_SIZE` is lower
 */
export function databaseOptions(config: Config, minPoolSize = 1): TypeOrmModuleOptions {
  const { DATABASE_URL: url, DATABASE_POOL_SIZE, DATABASE_TIMEOUT: timeoutMs } = config;
  const { DATABASE_DISTRIBUTION: distribution } = config;
  const poolSize = Math.max(DATABASE_POOL_SIZE, minPoolSize);
  return {
    ...postgresOptions({ url, poolSize, timeoutMs, distribution }),
    retryAttempts: 5,
    retryDelay: 1000,
  };
}
