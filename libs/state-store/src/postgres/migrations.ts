import { writeFunction } from './write-function';

/** A step of the schema. */
export interface KeyMigration {
  readonly name: string;
  /** SQL; several statements. */
  readonly up: string;
  readonly down: string;
  /** SQL of one boolean: whether the step was done, by `migrate` or by other migrations that run its text. */
  readonly isDone: string;
}

/**
 * The schema of the keys, step by step. A service with migrations of its own runs these texts in its own, and need not
 * call `migrate`.
 */
export const keyMigrations: readonly KeyMigration[] = [
  {
    name: '001-keys',
    up: `
CREATE TABLE kv_owners (
  owner text COLLATE "C" NOT NULL PRIMARY KEY,
  revision bigint NOT NULL DEFAULT 0,
  compacted bigint NOT NULL DEFAULT 0,
  clock timestamptz NOT NULL DEFAULT 'epoch'
) WITH (fillfactor = 50);

CREATE TABLE kv_entries (
  owner text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  revision bigint NOT NULL,
  is_json boolean NOT NULL,
  value bytea,
  sensitive boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  expires_at timestamptz,
  PRIMARY KEY (owner, key)
);
CREATE INDEX kv_entries_by_expiry ON kv_entries (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE kv_changes (
  owner text COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
  n integer NOT NULL,
  last boolean NOT NULL,
  type text NOT NULL,
  key text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  is_json boolean NOT NULL,
  value bytea,
  sensitive boolean NOT NULL,
  expired boolean NOT NULL,
  at timestamptz NOT NULL,
  expires_at timestamptz,
  PRIMARY KEY (owner, revision, n)
);
CREATE INDEX kv_changes_by_age ON kv_changes USING brin (at);
${writeFunction('one-node')}`,
    down: `
DROP FUNCTION kv_write;
DROP TABLE kv_changes;
DROP TABLE kv_entries;
DROP TABLE kv_owners;
`,
    isDone: `to_regclass('kv_owners') IS NOT NULL`,
  },
  {
    // By it, the values are found that are to be encrypted with a newer key.
    name: '002-sensitive-values',
    up: 'CREATE INDEX kv_entries_sensitive ON kv_entries (owner, key) WHERE sensitive',
    down: 'DROP INDEX kv_entries_sensitive',
    isDone: `to_regclass('kv_entries_sensitive') IS NOT NULL`,
  },
];
