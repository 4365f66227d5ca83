/** Does one thing after the other, in the order they were asked for; with keys, those of the same key. */
export class InTurn {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does something once everything before it is done, or has failed. */
  do<T>(work: () => Promise<T>, key = ''): Promise<T> {
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
