/** Values by key that are made when first asked for, and forgotten some time after they were last asked for. */
export class ExpiringMap<T> {
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #turnAt = -Infinity;

  /**
   * @param make makes the value of a key
   * @param keep how long they are kept at least, in the unit of `now`; at most twice as long while others are asked for
   */
  constructor(
    private readonly make: (key: string) => T,
    private readonly keep: number,
  ) {}

  /** The value of a key. */
  of(key: string, now: number): T {
    if (now > this.#turnAt) this.#turn(now);
    let value = this.#young.get(key);
    if (value !== undefined) return value;
    value = this.#old.get(key) ?? this.make(key);
    this.#young.set(key, value);
    return value;
  }

  /** How many there are. */
  get size(): number {
    return new Set([...this.#young.keys(), ...this.#old.keys()]).size;
  }

  #turn(now: number): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#turnAt = now + this.keep;
  }
}
