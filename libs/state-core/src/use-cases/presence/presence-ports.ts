import { ValidationFailed } from '@nexus-state/documents';
import type { PresenceBoard } from '../../ports';
import type { Subscriber } from '../feeds';
import type { HintObserver } from '../../panels';

/** What presence is made from. */
export interface PresencePorts {
  readonly board: PresenceBoard;
  /** Told when the board could not be asked; it is asked again with the next `tick`. */
  readonly observer: HintObserver;
}

/** The bounds of presence. */
export interface PresenceLimits {
  /** The least time between two messages about one panel, in milliseconds. */
  readonly pauseMs: number;
  /** The panels that one connection may be present in at once. */
  readonly mostPanels: number;
  /** The largest data that a connection may show in a panel, as bytes of its JSON text. */
  readonly mostBytes: number;
}

/** The bounds where nothing else is said. */
export const defaultPresenceLimits: PresenceLimits = { pauseMs: 50, mostPanels: 64, mostBytes: 4096 };

/** Counts in how many panels each connection is present. */
export class PresenceCounts {
  readonly #counts = new Map<Subscriber, number>();

  constructor(private readonly mostPanels: number) {}

  /**
   * Counts one more.
   * @throws ValidationFailed when the connection is present in as many panels as it may
   */
  add(subscriber: Subscriber): void {
    const count = this.#counts.get(subscriber) ?? 0;
    if (count >= this.mostPanels) {
      const message = `a connection can be present in ${this.mostPanels} panels at once; leave one first`;
      throw new ValidationFailed([{ pointer: 'panelId', message }]);
    }
    this.#counts.set(subscriber, count + 1);
  }

  /** Counts one less. */
  remove(subscriber: Subscriber): void {
    const count = this.#counts.get(subscriber) ?? 0;
    if (count > 1) this.#counts.set(subscriber, count - 1);
    else this.#counts.delete(subscriber);
  }
}
