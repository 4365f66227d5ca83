import { plainText } from './plain-text';

/** A column of a table: its title, and what it shows of a row. */
export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => unknown;
}

/**
 * Rows under titles, in columns of equal width with two spaces between, for eyes and for `awk` and `grep`.
 * @param titles how titles are shown, such as in bold
 */
export function table<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  titles: (text: string) => string = (text) => text,
): string {
  const head = columns.map(({ title }) => title);
  const cells = rows.map((row) => columns.map(({ value }) => cell(value(row))));
  const widths = columns.map((_, index) =>
    Math.max(...[head, ...cells].map((row) => (row[index] as string).length)),
  );
  const lineOf = (row: readonly string[]) =>
    row
      .map((text, index) => (index === row.length - 1 ? text : text.padEnd(widths[index] as number)))
      .join('  ');
  return [titles(lineOf(head)), ...cells.map(lineOf)].map((line) => `${line}\n`).join('');
}

function cell(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  return plainText(typeof value === 'string' ? value : JSON.stringify(value));
}
