import type { KeyPatterns } from '@nexus-state/state-core';
import {
  type KeyPage,
  type ListedKey,
  type StateStore,
  compareKeys,
  cursorAfterKey,
} from '@nexus-state/store';

/** What of the keys is listed. */
export interface ListReachable {
  readonly prefix: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Whether keys come with their values. */
  readonly values: boolean;
  /** What the caller may see. */
  readonly reach: KeyPatterns;
}

/** Values of about so many bytes end a page. */
const maxPageBytes = 8 * 1_048_576;
/** With values, so many keys are read at once: each may have 1 MiB. */
const keysAtOnce = 16;
/** Reads that one page may take where most of what they find is out of reach. */
const maxReads = 100;

/**
 * A page of the keys that a caller reaches, in order. It may end early, also without a key: at 8 MiB of values, or where much was
 * found that is out of reach; `nextCursor` says whether there is more.
 * @throws InvalidKeyError for a bad prefix; InvalidArgumentError for a bad cursor; StoreUnavailableError
 */
export async function listReachable(store: StateStore, query: ListReachable): Promise<KeyPage> {
  const { prefix, limit, values, reach } = query;
  const items: ListedKey[] = [];
  let { cursor } = query;
  let bytes = 0;
  let reads = 0;
  let revision: number | undefined;
  const prefixes = [...reach.prefixesWithin(prefix)].sort(compareKeys);
  for (const [index, within] of prefixes.entries()) {
    for (;;) {
      const room = limit - items.length;
      if (room === 0 || bytes >= maxPageBytes || reads === maxReads) return page(cursor);
      const atOnce = values ? Math.min(room, keysAtOnce) : room;
      const found = await store.list(within, { limit: atOnce, values, ...(cursor ? { cursor } : {}) });
      // Of the first read, so that a watch since then misses nothing.
      revision ??= found.revision;
      for (const item of found.items.filter(({ key }) => reach.reaches(key))) {
        items.push(item);
        bytes += sizeOf(item);
      }
      const last = found.items.at(-1);
      if (last) {
        cursor = cursorAfterKey(last.key);
        reads++;
      }
      if (found.nextCursor === undefined) break;
    }
    if (index === prefixes.length - 1) return page(undefined);
  }
  // Nothing is reached; the prefix is looked at all the same, and the revision is that of the owner's keys.
  revision ??= (await store.list(prefix, { limit: 1 })).revision;
  return page(undefined);

  function page(nextCursor: string | undefined): KeyPage {
    return { items, nextCursor, revision: revision ?? 0 };
  }
}

function sizeOf({ value }: ListedKey): number {
  if (value === undefined) return 0;
  return value instanceof Uint8Array ? value.byteLength : JSON.stringify(value).length;
}
