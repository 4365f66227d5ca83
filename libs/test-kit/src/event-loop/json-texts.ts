/** A list as JSON text, of items that are JSON texts. */
export function listText(length: number, item: (index: number) => string): string {
  return `[${Array.from({ length }, (_, index) => item(index)).join(',')}]`;
}

/** An object of many members as JSON text, of values that are JSON texts. */
export function membersText(length: number, value: (index: number) => string): string {
  return `{${Array.from({ length }, (_, index) => `"k${index.toString(36)}":${value(index)}`).join(',')}}`;
}
