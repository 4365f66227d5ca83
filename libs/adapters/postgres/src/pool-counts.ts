import type { DataSource } from 'typeorm';
import { poolOf } from './query';

/** How busy the connections of a data source are. */
export interface PoolCounts {
  /** The most that are opened. */
  readonly size: number;
  readonly active: number;
  readonly idle: number;
  /** Those who wait for a connection. */
  readonly waiting: number;
}

/** Counts the connections of a data source. @throws Unavailable before it has a pool */
export function poolCounts(source: DataSource): PoolCounts {
  const { options, totalCount, idleCount, waitingCount } = poolOf(source);
  return { size: options.max, active: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
