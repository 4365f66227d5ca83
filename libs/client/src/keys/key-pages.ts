import { type Page, type PageChoice, Pages } from '../http/pages';
import type { ListedKey } from './key-answers';

/** One page of keys. */
export interface KeyPage extends Page<ListedKey> {
  /** The revision at which the page was read: watch `since` that of the first page, and no change is missed. */
  readonly revision: number;
}

/** A list of keys: await it for its first page, or iterate over all of it. Nothing is read before. */
export class KeyPages extends Pages<ListedKey> implements PromiseLike<KeyPage> {
  override page(choice: PageChoice = {}): Promise<KeyPage> {
    return super.page(choice) as Promise<KeyPage>;
  }

  then<A = KeyPage, B = never>(
    onPage?: ((page: KeyPage) => A | PromiseLike<A>) | null,
    onRefusal?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.page().then(onPage, onRefusal);
  }
}
