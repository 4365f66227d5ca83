import type { StateError } from '@nexus-state/documents';
import { SlowConsumer } from './refusals';

/** What waits in a connection for its client, as its door sees it. */
export interface Outflow {
  /** Bytes that were handed to the connection and that the client has yet to take. */
  waiting(): number;
  /** Another value whenever the client has taken some of it. */
  taken(): string | number;
}

/** How much may wait for a client, and how long. */
export interface BacklogLimits {
  /** Past so many bytes no more events are sent; from half of it on, they are again. */
  readonly queueBytes: number;
  /** Past so many bytes the connection ends. Only replies to the client's own messages can get there. */
  readonly maxBytes: number;
  /** For so long a client that is behind may take nothing. */
  readonly stallMs: number;
}

/** Notified of what becomes of a connection that is behind. */
export interface BacklogOwner {
  /** The backlog is small enough again: the connection is writable. */
  onDrain(): void;
  /** The client took nothing for too long, or far too little: the connection is to end. */
  onOverLimit(reason: StateError): void;
}

/**
 * What waits for the client of one connection. Over the bound the connection is behind, and gets no more events until its
 * client has taken half of it.
 */
export class Backlog {
  #behind = false;
  #taken: string | number = '';
  #takenAt = 0;

  /** @param watch looks at this backlog from time to time while it is behind */
  constructor(
    private readonly outflow: Outflow,
    private readonly owner: BacklogOwner,
    private readonly limits: BacklogLimits,
    private readonly watch: BacklogWatch,
  ) {}

  /** See `Subscriber.isWritable`. */
  isWritable(): boolean {
    if (!this.#behind && this.outflow.waiting() > this.limits.queueBytes) {
      this.#behind = true;
      this.#taken = this.outflow.taken();
      this.#takenAt = Date.now();
      this.watch.add(this);
    }
    return !this.#behind;
  }

  /** Whether the client has so much waiting for it that the connection ends. */
  get isOverLimit(): boolean {
    return this.outflow.waiting() > this.limits.maxBytes;
  }

  /** Looks at how much of it the client has taken. */
  look(now: number): void {
    const waiting = this.outflow.waiting();
    if (waiting <= this.limits.queueBytes / 2) {
      this.close();
      return this.owner.onDrain();
    }
    const taken = this.outflow.taken();
    if (taken !== this.#taken) [this.#taken, this.#takenAt] = [taken, now];
    if (waiting <= this.limits.maxBytes && now - this.#takenAt <= this.limits.stallMs) return;
    this.close();
    this.owner.onOverLimit(new SlowConsumer(waiting));
  }

  /** Ends the watch. */
  close(): void {
    this.#behind = false;
    this.watch.remove(this);
  }
}

/** Looks after the backlogs that are behind, and sleeps while there are none. */
export class BacklogWatch {
  readonly #behind = new Set<Backlog>();
  #timer: NodeJS.Timeout | undefined;

  /** @param pauseMs the pause between two looks */
  constructor(private readonly pauseMs = 50) {}

  /** Begins to look after a backlog. */
  add(backlog: Backlog): void {
    this.#behind.add(backlog);
    this.#timer ??= setInterval(() => this.#look(), this.pauseMs).unref();
  }

  /** Ends it. */
  remove(backlog: Backlog): void {
    this.#behind.delete(backlog);
    if (this.#behind.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = Date.now();
    for (const backlog of [...this.#behind]) backlog.look(now);
  }
}
