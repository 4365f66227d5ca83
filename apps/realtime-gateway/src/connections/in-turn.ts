/** Does what is about the same thing one after the other, in the order it was asked for. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does something once everything before it with the same key is done, or has failed. */
  do<T>(work: () => Promise<T>, key: string): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (this.#last.get(key) === settled) this.#last.delete(key);
      });
    this.#last.set(key, settled);
    return turn;
  }
}
