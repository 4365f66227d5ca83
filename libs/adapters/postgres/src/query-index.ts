import type { QueryRunner } from 'typeorm';

/** Whether panels are kept in the indexes over what every update changes: their state and its time. */
export type QueryIndex = 'on' | 'off';

/** Every index whose columns an update changes. One that is left keeps all updates from being HOT. */
const indexes = {
  panel_states_by_state: 'USING gin (state jsonb_path_ops)',
  panel_states_by_time: '(updated_at DESC)',
};

/** How full pages of panels are made: without the indexes, a new version has room on the page of the one before. */
const fillfactor = { on: 100, off: 70 };

/** Reads the setting. @throws Error where it is neither on nor off */
export function readQueryIndex(text: string | undefined): QueryIndex {
  const value = text || 'on';
  if (value !== 'on' && value !== 'off') throw new Error(`QUERY_INDEX must be on or off, not "${value}".`);
  return value;
}

/**
 * Builds the indexes that serve queries, or drops them, so that updates of panels are HOT. Services go on reading and writing
 * meanwhile. Done again, it changes nothing.
 * @param runner outside a transaction
 * @returns the indexes that were built or dropped
 */
export async function applyQueryIndex(runner: QueryRunner, wanted: QueryIndex): Promise<string[]> {
  const changed: string[] = [];
  for (const [name, definition] of Object.entries(indexes)) {
    const standing = await standingOf(runner, name);
    // What an interrupted build has left costs every write, and serves no query.
    const goes = standing === 'invalid' || (standing === 'valid' && wanted === 'off');
    if (goes) await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
    const comes = wanted === 'on' && standing !== 'valid';
    if (comes) await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON panel_states ${definition}`);
    if (goes || comes) changed.push(name);
  }
  if (changed.length > 0)
    await runner.query(`ALTER TABLE panel_states SET (fillfactor = ${fillfactor[wanted]})`);
  return changed;
}

async function standingOf(runner: QueryRunner, name: string): Promise<'valid' | 'invalid' | 'missing'> {
  const [index]: { isValid: boolean }[] = await runner.query(
    `SELECT indisvalid AS "isValid" FROM pg_index WHERE indexrelid = to_regclass($1)`,
    [name],
  );
  if (!index) return 'missing';
  return index.isValid ? 'valid' : 'invalid';
}
