import type { Connection } from './connection';
import type { Present, Target } from './follower';

/** Who is present in a document beside this client, and what this client shows there. Nothing of it is stored. */
export class DocumentPresence {
  readonly #connection: Connection;
  readonly #target: Target;
  #data: unknown;
  #isShown = false;
  #ownId: string | undefined;
  #members: readonly Present[] = [];

  constructor(connection: Connection, target: Target) {
    this.#connection = connection;
    this.#target = target;
  }

  /** The others that show something. */
  get others(): readonly Present[] {
    return this.#members.filter(({ connectionId }) => connectionId !== this.#ownId);
  }

  /**
   * Shows something to the others: any JSON of at most 4 KiB, null for nothing. It is shown again after a reconnect.
   * @throws NexusError when it is refused
   */
  async set(data: unknown): Promise<void> {
    this.#data = data;
    this.#isShown = true;
    await this.show();
  }

  /** Shows what is to be shown; where there is no connection, that is done when there is one. */
  async show(): Promise<void> {
    if (!this.#isShown || !this.#connection.isConnected) return;
    const { connectionId } = await this.#connection.ask('presence', { ...this.#target, data: this.#data });
    this.#ownId = connectionId as string;
  }

  /** Takes who is present now. */
  take(members: readonly Present[]): readonly Present[] {
    this.#members = members;
    return this.others;
  }

  close(): void {
    if (this.#isShown && this.#connection.isConnected)
      this.#connection.ask('presence', { ...this.#target, data: null }).catch(() => undefined);
    this.#isShown = false;
  }
}
