import type { Value } from '../model';

/** A key of a list. Instants are RFC 3339, UTC. */
export interface ListedKey {
  readonly key: string;
  readonly version: number;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
  /** Its value is not shown. */
  readonly sensitive?: true;
  /** Only where values were asked for. */
  readonly value?: Value;
}

/** A part of a list. */
export interface KeyPage {
  readonly items: readonly ListedKey[];
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined;
  /** The revision at which the page was read. A watch since the first page's revision misses nothing. */
  readonly revision: number;
}

/** Where a page begins and how many keys it has. */
export interface PageOptions {
  readonly limit?: number;
  readonly cursor?: string;
}

/**
 * A list of keys. Nothing is read before it is awaited, which gives one page, or iterated, which goes through all pages.
 */
export class KeyList implements AsyncIterable<ListedKey>, PromiseLike<KeyPage> {
  /**
   * @param read reads one page
   * @param options of the first page
   */
  constructor(
    private readonly read: (options: PageOptions) => Promise<KeyPage>,
    private readonly options: PageOptions,
  ) {}

  /** One page; options that are not given are those of the list. */
  page(options: PageOptions = {}): Promise<KeyPage> {
    return this.read({ ...this.options, ...options });
  }

  /** The first page, or the one that the list was asked for. */
  then<A = KeyPage, B = never>(
    onPage?: ((page: KeyPage) => A | PromiseLike<A>) | null,
    onRefusal?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.page().then(onPage, onRefusal);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ListedKey> {
    let page = await this.page();
    for (;;) {
      yield* page.items;
      if (page.nextCursor === undefined) return;
      page = await this.page({ cursor: page.nextCursor });
    }
  }
}
