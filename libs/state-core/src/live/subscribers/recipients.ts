import type { Broadcaster, LiveEvent, Subscriber } from './subscriber';

/** Subscribers, grouped by their broadcasters, so that each of these sends an event once. */
export class Recipients {
  readonly #groups = new Map<Broadcaster, Set<Subscriber>>();

  constructor(subscribers: Iterable<Subscriber> = []) {
    for (const subscriber of subscribers) this.add(subscriber);
  }

  add(subscriber: Subscriber): void {
    const { broadcaster } = subscriber;
    this.#groups.set(broadcaster, (this.#groups.get(broadcaster) ?? new Set()).add(subscriber));
  }

  delete(subscriber: Subscriber): void {
    const group = this.#groups.get(subscriber.broadcaster);
    if (group?.delete(subscriber) && group.size === 0) this.#groups.delete(subscriber.broadcaster);
  }

  clear(): void {
    this.#groups.clear();
  }

  /**
   * Sends an event to those that are writable, and deletes the others.
   * @returns how many it was sent to, and which were deleted
   */
  send(event: LiveEvent): { readonly sent: number; readonly unwritable: readonly Subscriber[] } {
    let sent = 0;
    const unwritable: Subscriber[] = [];
    for (const [broadcaster, group] of this.#groups) {
      for (const subscriber of group) {
        if (subscriber.isWritable()) continue;
        unwritable.push(subscriber);
        this.delete(subscriber);
      }
      if (group.size > 0) broadcaster.send(event, group);
      sent += group.size;
    }
    return { sent, unwritable };
  }
}
