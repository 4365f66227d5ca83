import type { LeaseRenewal, PresenceMember } from '../ports';

/** After so long, what is shown is written again: less than the board keeps it. */
const rewriteMs = 120_000;

/** How far a transfer to or from the board is. */
export type Transfer = 'done' | 'due' | 'running' | 'running, due again';

/** What is to be sent to followers. */
export interface Announcement {
  /** Everybody who is present. */
  readonly members: readonly PresenceMember[];
  /** The one connection that has changed, where there is only one: it is not notified of itself. */
  readonly only: string | undefined;
}

/**
 * Who is present in one panel: what our own connections show, and what was read of the other gateways'. Pure: it has no
 * clock, and does not reach the board itself. It decides what is to be written to the board, read from it,
 * and announced to followers; `Coalescer` decides when.
 *
 * What ours show is written, and what the others show is read, through the same states, each on its own:
 *
 * ```
 *             requested             beginWrite(), beginRead()        requested
 *  ┌──────┐            ┌─────┐                       ┌─────────┐            ┌────────────────────┐
 *  │ done ├───────────►│ due ├──────────────────────►│ running ├───────────►│ running, due again │
 *  └──▲───┘            └─▲─▲─┘                       └─┬─────┬─┘            └──────────┬─────────┘
 *     │                  │ └───────────────────────────┼─────┘                         │
 *     │                  │          failed()           │                               │
 *     │                  └─────────────────────────────┼───────────────────────────────┘
 *     └────────────────────────────────────────────────┘   writeEnded(), readEnded(), failed()
 *            writeEnded(), readEnded()
 *
 *  writing is requested by show() and hide(), and by renewed() under a new lease or after a long time;
 *  reading is requested by boardChanged(), and by renewed() when another gateway is gone
 * ```
 *
 * After a failure nothing begins before the next `renewed()`, but what ours show is announced all the same.
 */
export class PresenceState {
  readonly #own = new Map<string, PresenceMember>();
  #others: readonly PresenceMember[] = [];
  #announced: readonly PresenceMember[] = [];
  /** What was announced, as text by connection. */
  #announcedTexts: ReadonlyMap<string, string> = new Map();
  #announcement: 'done' | 'due' = 'done';
  #write: Transfer = 'done';
  #read: Transfer = 'due';
  #board: 'answering' | 'failed' = 'answering';
  #writtenAt = 0;

  /** How far what ours show is on its way to the board. */
  get write(): Transfer {
    return this.#write;
  }

  /** How far what the others show is on its way from the board. */
  get read(): Transfer {
    return this.#read;
  }

  /** Those who were announced last. */
  get announced(): readonly PresenceMember[] {
    return this.#announced;
  }

  /** Whether none of ours is present, on the board either. */
  get isOwnEmpty(): boolean {
    return this.#own.size === 0 && this.#write === 'done';
  }

  /** Whether there is something to do now. @param mayRead whether the board may be read */
  isDue(mayRead: boolean): boolean {
    return (
      this.#announcement === 'due' || this.#mayBegin(this.#write) || (mayRead && this.#mayBegin(this.#read))
    );
  }

  /** Those of our connections that are shown. */
  get shown(): ReadonlyMap<string, PresenceMember> {
    return this.#own;
  }

  /** Shows one of our connections, in place of what it showed before. */
  show(member: PresenceMember): void {
    this.#own.set(member.connectionId, member);
    this.#ownChanged();
  }

  /** Takes one of our connections away. @returns whether it was shown */
  hide(connectionId: string): boolean {
    const wasShown = this.#own.delete(connectionId);
    if (wasShown) this.#ownChanged();
    return wasShown;
  }

  /** Takes it that another gateway shows something else, or may do so. */
  boardChanged(): void {
    this.#read = requested(this.#read);
  }

  /** Takes it that the lease was renewed: the board answers, and may have lost what was written. */
  renewed({ fresh, othersGone }: LeaseRenewal, now: number): void {
    this.#board = 'answering';
    const isOld = fresh || now - this.#writtenAt > rewriteMs;
    if (isOld && this.#own.size > 0) this.#write = requested(this.#write);
    if (othersGone && this.#others.length > 0) this.boardChanged();
  }

  /** Begins to write. @returns what to write; undefined when nothing is to be written now */
  beginWrite(): readonly PresenceMember[] | undefined {
    if (!this.#mayBegin(this.#write)) return undefined;
    this.#write = 'running';
    return [...this.#own.values()];
  }

  /** Ends a write that has succeeded. */
  writeEnded(now: number): void {
    this.#write = ended(this.#write);
    this.#writtenAt = now;
  }

  /** Begins to read. @returns whether anything is to be read now */
  beginRead(): boolean {
    if (!this.#mayBegin(this.#read)) return false;
    this.#read = 'running';
    return true;
  }

  /** Ends a read that has succeeded. */
  readEnded(others: readonly PresenceMember[]): void {
    this.#read = ended(this.#read);
    this.#others = others;
  }

  /** Ends a write or a read that has failed. */
  failed(transfer: 'write' | 'read'): void {
    this.#board = 'failed';
    if (transfer === 'write') this.#write = 'due';
    else this.#read = 'due';
  }

  /** Ends an announcement. @returns what to send to the followers; undefined when nothing has changed for any of them */
  announce(): Announcement | undefined {
    this.#announcement = 'done';
    const members = [...this.#own.values(), ...this.#others].sort(byConnection);
    const texts = new Map(members.map((member) => [member.connectionId, JSON.stringify(member)]));
    const ids = new Set([...texts.keys(), ...this.#announcedTexts.keys()]);
    const changed = [...ids].filter((id) => texts.get(id) !== this.#announcedTexts.get(id));
    if (changed.length === 0) return undefined;
    [this.#announced, this.#announcedTexts] = [members, texts];
    return { members, only: changed.length === 1 ? changed[0] : undefined };
  }

  #ownChanged(): void {
    this.#announcement = 'due';
    this.#write = requested(this.#write);
  }

  #mayBegin(transfer: Transfer): boolean {
    return transfer === 'due' && this.#board === 'answering';
  }
}

function requested(transfer: Transfer): Transfer {
  return transfer === 'done' || transfer === 'due' ? 'due' : 'running, due again';
}

function ended(transfer: Transfer): Transfer {
  return transfer === 'running' ? 'done' : 'due';
}

function byConnection(a: PresenceMember, b: PresenceMember): number {
  return a.connectionId < b.connectionId ? -1 : 1;
}
