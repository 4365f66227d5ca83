/**
 * A page of changes or states ends with the one that brings it to so many bytes, however many were asked for: what is
 * read at once has to fit into memory, and into the time that a statement may take.
 */
export const maxPageBytes = 8 * 1024 * 1024;

/** As many of the first items as a page takes; at least one, if there is any. */
export function withinPageBytes<T>(items: readonly T[], bytesOf: (item: T) => number): readonly T[] {
  let bytes = 0;
  const end = items.findIndex((item) => (bytes += bytesOf(item)) >= maxPageBytes);
  return end === -1 ? items : items.slice(0, end + 1);
}
