import type { NexusError } from '../http/problem';
import type { Written } from '../rest/answers';

interface Waiting {
  readonly promise: Promise<Written | undefined>;
  readonly resolve: (written: Written | undefined) => void;
  readonly reject: (error: NexusError) => void;
}

/** What becomes of changes, by their ids: one promise for each. */
export class Outcomes {
  readonly #waiting = new Map<string, Waiting>();

  /** The promise of a change. */
  of(id: string): Promise<Written | undefined> {
    const waiting = this.#waiting.get(id) ?? newWaiting();
    this.#waiting.set(id, waiting);
    return waiting.promise;
  }

  /** @param written undefined where there was nothing left to write */
  resolve(id: string, written: Written | undefined): void {
    this.#waiting.get(id)?.resolve(written);
    this.#waiting.delete(id);
  }

  reject(id: string, error: NexusError): void {
    this.#waiting.get(id)?.reject(error);
    this.#waiting.delete(id);
  }

  rejectAll(error: NexusError): void {
    for (const id of [...this.#waiting.keys()]) this.reject(id, error);
  }
}

function newWaiting(): Waiting {
  let settle: Pick<Waiting, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<Written | undefined>((resolve, reject) => (settle = { resolve, reject }));
  // A caller that does not wait for a change hears of its conflict by the event, and must not end the process.
  promise.catch(() => undefined);
  return { promise, ...(settle as unknown as Pick<Waiting, 'resolve' | 'reject'>) };
}
