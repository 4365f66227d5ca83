/**
 * Where the tables of the keys are: on one PostgreSQL, or distributed by owner, as Citus does it. Citus sends a statement to the node of
 * an owner where each of its parts has a table of the owner's in it; a list of rows alone it can insert, but not update on conflict.
 */
export type KeyTables = 'one-node' | 'distributed';

const refusal = (always: string, condition: string) => `
    RETURN QUERY
      SELECT false, held, now_is, e.key, e.version, e.revision, e.is_json, e.value, e.sensitive, e.created_at, e.updated_at,
        e.expires_at
      FROM ${always}kv_entries AS e ${condition} e.owner = this_owner AND e.key = ANY (keys);`;

const forms = {
  'one-node': {
    begin: 'CREATE FUNCTION',
    check: `
  SELECT coalesce(bool_or(
      coalesce(e.version, 0) <> k.version
      OR (e.value IS NOT NULL AND (e.expires_at IS NULL OR e.expires_at > now_is)) <> k.live), false)
    INTO is_wrong
    FROM unnest(keys, versions, lives) AS k (key, version, live)
    LEFT JOIN kv_entries AS e ON e.owner = this_owner AND e.key = k.key;
  IF is_wrong THEN${refusal('(SELECT 1) AS always LEFT JOIN ', 'ON')}
    RETURN;
  END IF;`,
    owner: 'this_owner',
    rows: '',
    where: '',
  },
  distributed: {
    begin: 'CREATE OR REPLACE FUNCTION',
    // Wrong is a key that is not as it was seen, or is not there although it was.
    check: `
  SELECT count(*) < cardinality(array_remove(versions, 0)) OR coalesce(bool_or(
      e.version <> k.version
      OR (e.value IS NOT NULL AND (e.expires_at IS NULL OR e.expires_at > now_is)) <> k.live), false)
    INTO is_wrong
    FROM unnest(keys, versions, lives) AS k (key, version, live)
    JOIN kv_entries AS e ON e.key = k.key
    WHERE e.owner = this_owner;
  IF is_wrong THEN${refusal('', 'WHERE')}
    IF NOT FOUND THEN
      agreed := false;
      base := held;
      moment := now_is;
      RETURN NEXT;
    END IF;
    RETURN;
  END IF;`,
    owner: 'counter.owner',
    rows: 'kv_owners AS counter CROSS JOIN ',
    where: `
    WHERE counter.owner = this_owner`,
  },
};

/**
 * Writes changes that were decided on, if the keys still are what the decision was based on; else writes nothing.
 * The row of the owner is locked first, so writes of one owner queue there, and each statement after it sees all that was
 * committed before. Revisions are gapless and in commit order, and no further lock is taken that could deadlock.
 * Out: one row with `agreed` and the revision before the changes; or, where it did not agree, each key as it is.
 * @param tables where the tables are; the function does the same for both
 */
export function writeFunction(tables: KeyTables): string {
  const { begin, check, owner, rows, where } = forms[tables];
  return `
${begin} kv_write(
  this_owner text, keys text[], versions bigint[], lives boolean[],
  revisions bigint, change_offsets bigint[], change_ns integer[], change_lasts boolean[], change_types text[], change_keys text[],
  change_versions bigint[], change_jsons boolean[], change_values bytea[], change_sensitives boolean[], change_expireds boolean[],
  change_ttls bigint[], change_expiries bigint[]
) RETURNS TABLE (
  agreed boolean, base bigint, moment timestamptz, key text, version bigint, revision bigint, is_json boolean, value bytea,
  sensitive boolean, created_at timestamptz, updated_at timestamptz, expires_at timestamptz
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  held bigint;
  earliest timestamptz;
  now_is timestamptz;
  is_wrong boolean;
BEGIN
  SELECT o.revision, o.clock INTO held, earliest FROM kv_owners AS o WHERE o.owner = this_owner FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO kv_owners (owner) VALUES (this_owner) ON CONFLICT (owner) DO NOTHING;
    SELECT o.revision, o.clock INTO held, earliest FROM kv_owners AS o WHERE o.owner = this_owner FOR UPDATE;
  END IF;
  -- A clock that is set back must not put changes out of order.
  now_is := greatest(date_trunc('milliseconds', clock_timestamp()), earliest);
${check}

  IF revisions > 0 THEN
    UPDATE kv_owners AS o SET revision = held + revisions, clock = now_is WHERE o.owner = this_owner;

    INSERT INTO kv_changes (owner, revision, n, last, type, key, version, is_json, value, sensitive, expired, at, expires_at)
    SELECT this_owner, held + c.behind, c.n, c.last, c.type, c.key, c.version, c.is_json,
      CASE WHEN c.sensitive THEN NULL ELSE c.value END, c.sensitive, c.expired, now_is,
      CASE WHEN c.ttl IS NULL THEN 'epoch'::timestamptz + c.expiry * interval '1 millisecond'
        ELSE now_is + c.ttl * interval '1 millisecond' END
    FROM unnest(change_offsets, change_ns, change_lasts, change_types, change_keys, change_versions, change_jsons, change_values,
        change_sensitives, change_expireds, change_ttls, change_expiries)
      AS c (behind, n, last, type, key, version, is_json, value, sensitive, expired, ttl, expiry);

    -- Of several changes of a key the last one stays. Infinity says that the key was there before.
    INSERT INTO kv_entries AS e (owner, key, version, revision, is_json, value, sensitive, created_at, updated_at, expires_at)
    SELECT DISTINCT ON (c.key) ${owner}, c.key, c.version, held + c.behind, c.is_json, c.value, c.sensitive,
      CASE WHEN bool_or(c.type = 'created') OVER (PARTITION BY c.key) THEN now_is ELSE 'infinity' END, now_is,
      CASE WHEN c.ttl IS NULL THEN 'epoch'::timestamptz + c.expiry * interval '1 millisecond'
        ELSE now_is + c.ttl * interval '1 millisecond' END
    FROM ${rows}unnest(change_offsets, change_types, change_keys, change_versions, change_jsons, change_values, change_sensitives,
        change_ttls, change_expiries)
      AS c (behind, type, key, version, is_json, value, sensitive, ttl, expiry)${where}
    ORDER BY c.key, c.version DESC
    ON CONFLICT (owner, key) DO UPDATE SET version = excluded.version, revision = excluded.revision, is_json = excluded.is_json,
      value = excluded.value, sensitive = excluded.sensitive, updated_at = excluded.updated_at, expires_at = excluded.expires_at,
      created_at = CASE WHEN excluded.created_at = 'infinity' THEN e.created_at ELSE excluded.created_at END;
  END IF;

  agreed := true;
  base := held;
  moment := now_is;
  RETURN NEXT;
END $$;
`;
}
