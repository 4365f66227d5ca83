import { type StateStore, StoreUnavailableError } from '../..';

/** Writes as `writer.cjs` does, in this process, until it is stopped; goes on after the backend was away. */
export class CountingWriters {
  readonly acknowledged = [0, 0, 0, 0];
  total = 0;
  #stopped = false;
  readonly #running: Promise<unknown>;

  constructor(private readonly store: StateStore) {
    this.#running = Promise.all(this.acknowledged.map((_, writer) => this.#write(writer)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #write(writer: number): Promise<void> {
    while (!this.#stopped) {
      try {
        // What happened to a write without an answer is read, as the error says.
        const last = (await this.store.getJson<number>(`/counter/${writer}`)) ?? 0;
        for (let n = last + 1; !this.#stopped; n++) {
          await this.store.transaction([
            { type: 'set', key: `/counter/${writer}`, value: n },
            { type: 'set', key: `/log/${writer}/${n}`, value: n },
          ]);
          this.acknowledged[writer] = n;
          this.total++;
        }
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
}
