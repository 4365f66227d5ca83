/** Remembers the newest of what it was given, up to a number of them. */
export class RecentSet {
  readonly #members = new Set<string>();

  constructor(private readonly limit: number) {}

  has(member: string): boolean {
    return this.#members.has(member);
  }

  add(member: string): void {
    this.#members.delete(member);
    this.#members.add(member);
    if (this.#members.size > this.limit) this.#members.delete(this.#members.values().next().value as string);
  }

  delete(member: string): void {
    this.#members.delete(member);
  }
}
