/** Values in memory up to a cost; the ones that were not asked for the longest go first. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, { readonly value: V; readonly cost: number }>();
  #cost = 0;

  /** @param limit what all values may cost together */
  constructor(private readonly limit: number) {}

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps a value, unless it alone costs more than all may. */
  set(key: string, value: V, cost: number): void {
    this.delete(key);
    if (cost > this.limit) return;
    this.#entries.set(key, { value, cost });
    this.#cost += cost;
    for (const oldest of this.#entries.keys()) {
      if (this.#cost <= this.limit) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#cost -= entry.cost;
  }
}
