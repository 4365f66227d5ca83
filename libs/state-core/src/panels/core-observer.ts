import type { Change } from './model';
import type { FoundCopy } from './copies';
import type { HintObserver } from './panel-ports';

/** Notified of what the core does, to be counted. Must be quick and must not throw. */
export interface CoreObserver extends HintObserver {
  /** The cache was asked for a panel. */
  cacheAsked?(found: FoundCopy['found']): void;

  /** A change is durable. */
  changeMade?(change: Change): void;

  /** A change was refused, or failed. @param code undefined for a bug */
  changeRefused?(code: string | undefined): void;

  /** A request was refused. @param policy the rate limit, e.g. `user-writes` */
  rateLimited?(policy: string): void;
}
