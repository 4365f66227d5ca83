/** RFC 3339 writes years with four digits. */
const lastInstantMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** An instant as RFC 3339 text; the last one that it can write, for those beyond. @param seconds since 1970 */
export function instantOf(seconds: number): string {
  return new Date(Math.min(seconds * 1000, lastInstantMs)).toISOString();
}
