import type { Reach, Subscriber } from './subscriber';

/** What is sent to followers: updates of panels and of the workspace, or who is present. */
export type Service = 'updates' | 'presence';

/** What one subscription follows of a workspace. */
export interface Following {
  readonly subscriber: Subscriber;
  /** The one panel that is followed; undefined for every panel within reach. */
  readonly panelId: string | undefined;
  readonly reach: Reach;
  /**
   * An `opening` one gets nothing yet, but keeps what it needs in place. A `live` one gets everything. A `replaced` one stays
   * present, without updates, until its successor is live. A `stopped` one is not among the followers any longer.
   */
  phase: 'opening' | 'live' | 'replaced' | 'stopped';
}

/** What follows something of one workspace: kept once, for updates and presence. */
export class Followers {
  /** By panel, where undefined is the whole workspace. */
  readonly #places = new Map<string | undefined, Map<Subscriber, Set<Following>>>();

  /** Whether nothing is followed, and nothing is about to be. */
  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Whether the whole workspace is followed, or about to be. */
  get hasWhole(): boolean {
    return this.#places.has(undefined);
  }

  /** Whether this very panel is followed, or about to be. */
  hasPanel(panelId: string): boolean {
    return this.#places.has(panelId);
  }

  add(following: Following): void {
    const { panelId, subscriber } = following;
    const place = this.#places.get(panelId) ?? new Map<Subscriber, Set<Following>>();
    this.#places.set(panelId, place);
    place.set(subscriber, (place.get(subscriber) ?? new Set()).add(following));
  }

  delete(following: Following): void {
    const { panelId, subscriber } = following;
    const place = this.#places.get(panelId);
    const own = place?.get(subscriber);
    if (!own?.delete(following) || own.size > 0) return;
    place?.delete(subscriber);
    if (place?.size === 0) this.#places.delete(panelId);
  }

  /** Whether a subscriber gets something of a panel, because it follows the panel or the workspace. */
  gets(service: Service, panelId: string, subscriber: Subscriber): boolean {
    return [panelId, undefined].some((place) => {
      const own = this.#places.get(place)?.get(subscriber);
      return own !== undefined && [...own].some((one) => serves(one, service) && one.reach.panel(panelId));
    });
  }

  /** Whether a subscriber gets updates because it follows the workspace. */
  getsWhole(subscriber: Subscriber): boolean {
    const own = this.#places.get(undefined)?.get(subscriber);
    return own !== undefined && [...own].some((one) => serves(one, 'updates'));
  }

  /** The subscribers that get something of a panel because they follow the workspace. */
  *ofWhole(service: Service, panelId: string): Generator<Subscriber> {
    yield* this.#at(undefined, service, ({ reach }) => reach.panel(panelId));
  }

  /** The subscribers that get who is present in a panel; some of them twice. */
  *ofPresence(panelId: string): Generator<Subscriber> {
    yield* this.#at(panelId, 'presence', () => true);
    yield* this.ofWhole('presence', panelId);
  }

  /** The subscribers that get what happens to the workspace as a whole. */
  *ofEvents(): Generator<Subscriber> {
    yield* this.#at(undefined, 'updates', ({ reach }) => reach.whole);
  }

  *#at(
    place: string | undefined,
    service: Service,
    wanted: (following: Following) => boolean,
  ): Generator<Subscriber> {
    for (const [subscriber, own] of this.#places.get(place) ?? []) {
      if ([...own].some((following) => serves(following, service) && wanted(following))) yield subscriber;
    }
  }
}

function serves({ phase }: Following, service: Service): boolean {
  return phase === 'live' || (phase === 'replaced' && service === 'presence');
}
