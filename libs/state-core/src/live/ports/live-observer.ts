import type { Change } from '../../panels/model';

/** Observes live updates and presence, to count and log. Must be quick and must not throw. */
export interface LiveObserver {
  /** The store, the bus or the board did not answer; it is asked again later. */
  hintFailed(hint: 'update' | 'presence', error: unknown): void;

  /** A change was sent to the subscribers of its panel that are up to date. */
  changeDelivered(change: Change, subscribers: number): void;
}
