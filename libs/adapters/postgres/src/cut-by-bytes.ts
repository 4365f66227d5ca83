import { maxPageBytes } from '@nexus-state/state-core';

/** Rows that may be too large to be read at once. */
export interface LargeRows {
  /** A statement that reads them, with at most as many rows as a page may have. */
  readonly rows: string;
  /** The order in which they are taken. */
  readonly order: string;
  /** The column that has the size of a row. */
  readonly size: string;
}

/**
 * A statement that reads rows in order and ends with the one that brings them to `maxPageBytes`. Adds `"foundRows"`: how
 * many there were before. Large values stay outside the rows (TOAST) until a row is taken, so those that are cut off cost
 * little.
 */
export function cutByBytes({ rows, order, size }: LargeRows): string {
  return `
    SELECT * FROM (
      SELECT *, count(*) OVER () AS "foundRows",
        sum(${size}) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING) - ${size} AS "bytesBefore"
      FROM (${rows}) AS large
    ) AS counted
    WHERE "bytesBefore" < ${maxPageBytes}`;
}
