import { type BatchDecision, type Row, isLive } from '../model';
import { type Run, bufferOf } from './connection';
import { type EntryRow, readEntry } from './rows';

const statement = {
  name: 'kv-write',
  text: `SELECT * FROM kv_write($1, $2::text[], $3::bigint[], $4::boolean[], $5, $6::bigint[], $7::integer[], $8::boolean[], $9::text[],
    $10::text[], $11::bigint[], $12::boolean[], $13::bytea[], $14::boolean[], $15::boolean[], $16::bigint[], $17::bigint[])`,
};

/** What came of a write: done, or the keys as they are. */
export type Written =
  | { readonly agreed: true; readonly base: number; readonly now: number }
  | { readonly agreed: false; readonly base: number; readonly now: number; readonly rows: readonly Row[] };

type WrittenRow = { agreed: boolean; base: string; moment: Date } & Partial<EntryRow>;

/**
 * Writes what was decided on rows, if the keys still are like them. One statement, and one step for the database.
 * @param seen what was decided on; a key without a row never held a value
 * @param now the instant of the decision; a key that has come to its end since then is not like its row any more
 */
export async function writeDecided(
  run: Run,
  owner: string,
  seen: ReadonlyMap<string, Row | undefined>,
  decided: Pick<BatchDecision, 'changes' | 'revision'>,
  { revision, now }: { readonly revision: number; readonly now: number },
): Promise<Written> {
  const { changes } = decided;
  const rows = [...seen.values()];
  const answer = await run<WrittenRow>(statement, [
    owner,
    [...seen.keys()],
    rows.map((row) => row?.version ?? 0),
    rows.map((row) => isLive(row, now)),
    decided.revision - revision,
    changes.map((change) => change.revision - revision),
    changes.map(({ n }) => n),
    changes.map(({ last }) => last),
    changes.map(({ type }) => type),
    changes.map(({ key }) => key),
    changes.map(({ version }) => version),
    changes.map(({ value }) => value?.format === 'json'),
    changes.map(({ value }) => (value ? bufferOf(value.bytes) : null)),
    changes.map(({ sensitive }) => sensitive),
    changes.map(({ expired }) => expired),
    changes.map(({ ttl }) => ttl ?? null),
    changes.map(({ ttl, expiresAt }) => (ttl === undefined ? (expiresAt ?? null) : null)),
  ]);
  return written(answer);
}

/** The keys as they are, with the owner locked until the transaction ends. */
export async function lockAndRead(run: Run, owner: string, keys: readonly string[]): Promise<Written> {
  // No key is at this version.
  const never = keys.map((key): [string, Row] => [key, { version: -1 } as Row]);
  return writeDecided(run, owner, new Map(never), { changes: [], revision: 0 }, { revision: 0, now: 0 });
}

function written(answer: readonly WrittenRow[]): Written {
  const { agreed, base, moment } = answer[0] as WrittenRow;
  const known = { base: Number(base), now: moment.getTime() };
  if (agreed) return { agreed, ...known };
  const rows = answer.flatMap((row) =>
    row.key === undefined || row.key === null ? [] : [readEntry(row as EntryRow)],
  );
  return { agreed, ...known, rows };
}
