/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null on the last one. */
  readonly nextCursor: string | null;
}

/** Which page to read. */
export interface PageChoice {
  /** How many items at most. */
  readonly limit?: number;
  /** The `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** A list that comes in pages: iterate over all of it, or read one page. */
export class Pages<T> implements AsyncIterable<T> {
  readonly #read: (choice: PageChoice) => Promise<Page<T>>;

  /** @param read reads one page */
  constructor(read: (choice: PageChoice) => Promise<Page<T>>) {
    this.#read = read;
  }

  /** Reads one page. */
  page(choice: PageChoice = {}): Promise<Page<T>> {
    return this.#read(choice);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Page<T> = await this.#read(cursor === undefined ? {} : { cursor });
      yield* page.items;
      cursor = page.nextCursor;
    }
  }

  /** All items. */
  async all(): Promise<T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }
}

/** A page of a list that the service gives as a whole. Its cursor counts the items before it. */
export function pageOf<T>(all: readonly T[], { limit = all.length, cursor = '0' }: PageChoice): Page<T> {
  const start = Number(cursor);
  const end = start + limit;
  return { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
}
