import {
  type KeyBookmark,
  type KeyEvent,
  type UnwatchRequest,
  type WatchRequest,
  serverEvents,
} from '@nexus-state/contracts';
import { type Principal, storeRefusalOf } from '@nexus-state/nest-kit';
import { type Admission, Forbidden, Semaphore } from '@nexus-state/state-core';
import type { OwnerStores, StateStore, StoreLease, Watch, WatchEvent } from '@nexus-state/store';
import { withWireValue } from '@nexus-state/store/http';
import { TooManySubscriptions } from './refusals';

/** What watches are made from. */
export interface WatchPorts {
  readonly admission: Admission;
  readonly keys: OwnerStores;
}

/** How a connection takes what its watches give. */
export interface WatchOutlet {
  /** Whether it takes more; where not, `Watches.onDrain` is called later. */
  isWritable(): boolean;
  send(event: string, payload: object): void;
  /** A watch ended without the client's asking. An error that is no refusal is a bug. */
  onEnded(pattern: string, error: unknown): void;
}

interface Watching {
  readonly pattern: string;
  readonly watch: Watch;
  readonly lease: StoreLease;
  /** The revision that the client knows to be complete. */
  bookmark: number;
}

/** The pause between two looks whether quiet watches have come further. */
const bookmarkMs = 5_000;

/**
 * The watches of one connection, through any transport. A watch is read only while the connection is writable, so a slow client
 * costs a place among the changes, and no memory.
 */
export class Watches {
  readonly #watching = new Map<string, Watching>();
  readonly #requests = new Semaphore(1);
  readonly #waiting = new Set<() => void>();
  #bookmarks: NodeJS.Timeout | undefined;
  #closed = false;
  #caller: Principal;

  /**
   * @param caller whose keys are watched
   * @param max how many watches there may be at once
   */
  constructor(
    caller: Principal,
    private readonly outlet: WatchOutlet,
    private readonly ports: WatchPorts,
    private readonly max: number,
  ) {
    this.#caller = caller;
  }

  /**
   * Begins a watch; one of the same pattern begins anew.
   * @param reply called with the revision after which it begins, before the first event is sent
   * @throws Forbidden, RateLimited, TooManySubscriptions, InvalidKeyError, ValidationFailed, CompactedError, Unavailable
   */
  watch({ pattern, since }: WatchRequest, reply: (revision: number) => void): Promise<void> {
    return this.#inOrder(async () => {
      const caller = this.#caller;
      await this.ports.admission.admit({ caller, scope: 'state:read', counts: 'reads' });
      this.#end(pattern);
      if (this.#watching.size >= this.max) throw new TooManySubscriptions(this.max);
      const begun = await this.#begin(pattern, since);
      if (this.#closed) return stop(begun);
      reply(begun.bookmark);
      this.#watching.set(pattern, begun);
      this.#bookmarks ??= setInterval(() => this.#sendBookmarks(), bookmarkMs).unref();
      void this.#follow(begun);
    });
  }

  /** Ends a watch, where there is one. */
  unwatch({ pattern }: UnwatchRequest): Promise<void> {
    return this.#inOrder(async () => this.#end(pattern));
  }

  /** From now on, a fresh token says what is shown. Without the scope, all watches end. */
  renew(caller: Principal): Promise<void> {
    this.#caller = caller;
    return this.#inOrder(async () => {
      if (caller.scopes.has('state:read')) return;
      for (const pattern of [...this.#watching.keys()]) {
        this.#end(pattern);
        this.outlet.onEnded(pattern, new Forbidden('state:read'));
      }
    });
  }

  /** The connection is writable again. */
  onDrain(): void {
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  /** Ends all of them: the connection is gone. */
  close(): void {
    this.#closed = true;
    for (const pattern of [...this.#watching.keys()]) this.#end(pattern);
    this.onDrain();
  }

  async #begin(pattern: string, since: number | string | undefined): Promise<Watching> {
    let lease: StoreLease | undefined;
    try {
      lease = this.ports.keys.lease(this.#caller.subject);
      const watch = begin(lease.store, pattern, since);
      return { pattern, watch, lease, bookmark: await watch.ready };
    } catch (error) {
      lease?.release();
      throw storeRefusalOf(error, (argument) => `/${argument}`);
    }
  }

  async #follow(watching: Watching): Promise<void> {
    const { pattern, watch } = watching;
    try {
      for (;;) {
        const { done, value: event } = await watch.next();
        if (done) return;
        while (this.#isCurrent(watching) && !this.outlet.isWritable()) await this.#writable();
        if (!this.#isCurrent(watching)) return;
        if (!this.#caller.paths.keys.reaches(event.key)) continue;
        watching.bookmark = event.revision;
        this.outlet.send(serverEvents.keyEvent, keyEventOf(pattern, event));
      }
    } catch (error) {
      if (!this.#isCurrent(watching)) return;
      this.#end(pattern);
      this.outlet.onEnded(pattern, storeRefusalOf(error));
    }
  }

  #writable(): Promise<void> {
    return new Promise((resolve) => void this.#waiting.add(resolve));
  }

  /** Clients resume from where they know that nothing is missing; the changes before are not kept for ever. */
  #sendBookmarks(): void {
    for (const watching of this.#watching.values()) {
      const { revision } = watching.watch;
      if (revision === undefined || revision <= watching.bookmark || this.#waiting.size > 0) continue;
      if (!this.outlet.isWritable()) return;
      watching.bookmark = revision;
      const bookmark: KeyBookmark = { pattern: watching.pattern, revision };
      this.outlet.send(serverEvents.keyBookmark, bookmark);
    }
  }

  #isCurrent(watching: Watching): boolean {
    return this.#watching.get(watching.pattern) === watching;
  }

  #end(pattern: string): void {
    const watching = this.#watching.get(pattern);
    if (!watching) return;
    this.#watching.delete(pattern);
    stop(watching);
    if (this.#watching.size > 0) return;
    clearInterval(this.#bookmarks);
    this.#bookmarks = undefined;
  }

  #inOrder(work: () => Promise<void>): Promise<void> {
    // The connection is gone: a request that still waits needs no reply.
    return this.#requests.run(async () => (this.#closed ? undefined : work()));
  }
}

function begin(store: StateStore, pattern: string, since: number | string | undefined): Watch {
  return store.watch(pattern, since === undefined ? {} : { since });
}

function stop({ watch, lease }: Watching): void {
  void watch.return();
  lease.release();
}

function keyEventOf(pattern: string, event: WatchEvent): KeyEvent {
  const { type: changeType, at: timestamp, ...rest } = withWireValue(event);
  return { pattern, changeType, ...rest, timestamp };
}
