import type { PendingChange } from './pending-change';
import type { ServerMessage } from './messages';

/** What the server has told of a document and is not taken yet, in the order of versions. */
export class Inbox {
  #messages: ServerMessage[] = [];

  /** @param self the `sub` of this client's token, where it is known */
  constructor(private readonly self: string | undefined) {}

  /** The newest version in it. */
  get newest(): number | undefined {
    return this.#messages.at(-1)?.version;
  }

  /**
   * Takes a message in, unless it is known already.
   * @param version the confirmed one
   */
  add(message: ServerMessage, version: number | undefined): void {
    const newest = this.newest ?? version;
    // An update of a state that is not known is of no use: the whole state is on its way.
    if (newest === undefined ? message.kind === 'update' : message.version <= newest) return;
    this.#messages.push(message);
  }

  /**
   * The message whose turn it is; it is gone from the inbox then.
   * @param first the pending change that is sent before all others
   */
  take(version: number | undefined, first: PendingChange | undefined): ServerMessage | undefined {
    while (version !== undefined && (this.#messages[0]?.version ?? Infinity) <= version)
      this.#messages.shift();
    const [head] = this.#messages;
    if (!head || this.#waits(head, first)) return undefined;
    if (version !== undefined && head.kind !== 'sync' && head.version > version + 1) return undefined;
    return this.#messages.shift();
  }

  /** Whether a message is missing, so that those after it can never have their turn. */
  hasGap(version: number | undefined, first: PendingChange | undefined): boolean {
    const [head] = this.#messages;
    return head !== undefined && !this.#waits(head, first) && version !== undefined;
  }

  clear(): void {
    this.#messages = [];
  }

  /** Whether a message may tell of the very change that was sent, and so has to wait for the answer. */
  #waits(head: ServerMessage, first: PendingChange | undefined): boolean {
    if (!first?.isUnanswered) return false;
    if (head.kind !== 'update') return true;
    return head.actor === undefined || this.self === undefined || head.actor === this.self;
  }
}
