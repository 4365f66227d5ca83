/** A clock that only moves when it is set forward. */
export class VirtualClock {
  #time = 0;
  readonly #sleepers: { readonly due: number; readonly wake: () => void }[] = [];

  now = (): number => this.#time;

  sleep = (ms: number): Promise<void> =>
    new Promise((wake) => void this.#sleepers.push({ due: this.#time + Math.max(0, ms), wake }));

  /** Lets so many milliseconds pass: wakes who sleeps, in order, and lets each go on before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    for (;;) {
      await settled();
      const next = this.#sleepers.reduce<number>((earliest, { due }, index) => {
        const best = this.#sleepers[earliest];
        return due <= end && (best === undefined || due < best.due) ? index : earliest;
      }, -1);
      const [sleeper] = next < 0 ? [] : this.#sleepers.splice(next, 1);
      if (!sleeper) break;
      this.#time = Math.max(this.#time, sleeper.due);
      sleeper.wake();
    }
    this.#time = end;
    await settled();
  }

  /** Lets time pass until something is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const end = () => void (over = true);
    work.then(end, end);
    await settled();
    while (!over) await this.advance(10);
    return work;
  }
}

/** Lets everything go on that waits for nothing but its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
