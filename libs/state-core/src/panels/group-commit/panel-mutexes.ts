import { type PanelKey, panelKeyText } from '../model';

/**
 * Lets those take turns in this process who work on the same panels. Turns come in the order in which they were asked for, and
 * each is asked for with all of its panels at once, so that no two wait for each other.
 */
export class PanelMutexes {
  readonly #last = new Map<string, Promise<void>>();

  /** How many panels are worked on. */
  get size(): number {
    return this.#last.size;
  }

  /** Does the work once every earlier one on one of these panels has ended; answers, or throws, as the work does. */
  take<T>(keys: readonly PanelKey[], work: () => Promise<T>): Promise<T> {
    const texts = keys.map(panelKeyText);
    const turn = Promise.all(texts.map(async (text) => this.#last.get(text))).then(work);
    const over: Promise<void> = turn.then(end, end);
    for (const text of texts) this.#last.set(text, over);
    void over.then(() => {
      for (const text of texts) if (this.#last.get(text) === over) this.#last.delete(text);
    });
    return turn;
  }
}

const end = (): void => undefined;
