import type { Provider } from '@nestjs/common';
import { Locks } from '@nexus-state/state-core';
import { PostgresFencingTokens } from '@nexus-state/postgres';
import { RedisLockStore } from '@nexus-state/redis';
import { DataSource } from 'typeorm';
import { RedisConnections } from './redis-connections';

/** Locks, whose waits end first when the process ends. */
class ClosingLocks extends Locks {
  onModuleDestroy(): void {
    this.close();
  }
}

/** The locks of a process that gives them out. */
export function lockProviders(): Provider[] {
  return [
    {
      provide: Locks,
      inject: [DataSource, RedisConnections],
      useFactory: (source: DataSource, redis: RedisConnections) =>
        new ClosingLocks({
          store: new RedisLockStore(redis.main, redis.subscriber),
          fencing: new PostgresFencingTokens(source),
        }),
    },
  ];
}
