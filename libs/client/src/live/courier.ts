import { NexusError } from '../http/problem';
import { DocumentSession } from './document-session';
import { messageOf } from './follower';
import type { LiveOptions } from './live-options';

/**
 * Sends what openers of the document that are gone have left behind, beside the document itself: their changes come back as
 * updates.
 */
export class Courier {
  #session: DocumentSession | undefined;
  #done: (() => void) | undefined;
  #isBusy = false;
  #isClosed = false;

  constructor(private readonly options: LiveOptions) {}

  /** Sends all that is left behind, one after the other. */
  async send(): Promise<void> {
    if (this.#isBusy || !this.options.storage) return;
    this.#isBusy = true;
    try {
      while (!this.#isClosed && (await this.#sendOne()));
    } catch {
      // It is left behind still, and the next connection tries again.
    } finally {
      this.#isBusy = false;
    }
  }

  async close(reason: NexusError): Promise<void> {
    this.#isClosed = true;
    this.#settle();
    await this.#session?.close(reason);
  }

  async #sendOne(): Promise<boolean> {
    const { storage, name, routes, panelId, tokens, connection } = this.options;
    const left = await storage?.open(name);
    const stored = await left?.adopt();
    if (!stored || this.#isClosed) {
      await left?.close();
      return false;
    }
    const session: DocumentSession = new DocumentSession(
      { routes, panelId, self: tokens.subject, storage: left, stored },
      { onEvents: () => this.#settle(), onTrouble: () => undefined },
    );
    this.#session = session;
    const unfollow = connection.follow({
      workspaceId: routes.id,
      panelId,
      get received() {
        return session.model.received;
      },
      onEvent: (event, payload) => {
        const message = messageOf(event, payload);
        if (message) session.receive(message);
      },
      onFollowing: () => session.pump(),
      onConnection: () => undefined,
      onRefused: () => undefined,
    });
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      session.pump();
      this.#settle();
    });
    unfollow();
    await session.close(closedError());
    return true;
  }

  /** Ends the wait once nothing is left to be sent, or the document is closed. */
  #settle(): void {
    if (this.#isClosed || this.#session?.model.pending === 0) this.#done?.();
  }
}

function closedError(): NexusError {
  return new NexusError({ error: 'closed', message: 'The document is closed.' });
}
