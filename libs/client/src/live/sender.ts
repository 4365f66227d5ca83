import type { Sending } from '../document/messages';
import { pause } from '../http/pause';
import { NexusError } from '../http/problem';
import { isPassing, waitMs } from '../http/transport';
import type { Written } from '../rest/answers';
import type { WorkspaceRoutes } from '../rest/workspace-routes';
import { writtenOf } from '../rest/written';

/** What the server says to a change: it is made, or refused for good. */
export type Verdict = { readonly written: Written } | { readonly refusal: NexusError };

/** Sends changes of one panel until there is an answer that counts, however long that takes. */
export class Sender {
  readonly #stop = new AbortController();
  #wake = new AbortController();

  /** @param onTrouble told why a change can not be sent now */
  constructor(
    private readonly routes: WorkspaceRoutes,
    private readonly panelId: string,
    private readonly onTrouble: (error: NexusError) => void,
  ) {}

  /** Tries again at once: there is a connection again. */
  wake(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  /** Ends it: what is being sent has no answer. */
  stop(): void {
    this.#stop.abort();
    this.#wake.abort();
  }

  /**
   * Sends one change. However often it is sent, with the same id it is made once.
   * @returns undefined when it was stopped
   */
  async send({ id, ops, version }: Sending): Promise<Verdict | undefined> {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt++) {
      try {
        const answer = await this.routes.write(
          'PATCH',
          this.routes.path('state', this.panelId),
          { patches: ops, version, onConflict: 'merge' },
          { idempotencyKey: id, retries: 0, signal: this.#stop.signal },
        );
        return { written: writtenOf(answer) };
      } catch (error) {
        if (this.#stop.signal.aborted) return undefined;
        if (!(error instanceof NexusError)) throw error;
        if (!mayPass(error)) return { refusal: error };
        this.onTrouble(error);
        await pause(waitMs(error, attempt), this.#wake.signal).catch(() => undefined);
      }
    }
    return undefined;
  }
}

/** Whether the same change may be taken later: also with another token. */
function mayPass(error: NexusError): boolean {
  return isPassing(error) || error.status >= 500 || error.status === 401;
}
