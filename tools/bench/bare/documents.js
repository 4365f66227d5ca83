// @ts-check

/**
 * The statements over one pair of tables.
 * @param {string} name what the tables are called
 */
function statementsOver(name) {
  const [documents, history] = [`${name}_documents`, `${name}_history`];
  return {
    tables: `
      CREATE TABLE IF NOT EXISTS ${documents} (
        id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, state jsonb NOT NULL, updated_at timestamptz NOT NULL);
      CREATE TABLE IF NOT EXISTS ${history} (
        id text COLLATE "C", version bigint, state jsonb NOT NULL, occurred_at timestamptz NOT NULL,
        PRIMARY KEY (id, version))`,
    index: `CREATE INDEX IF NOT EXISTS ${documents}_by_state ON ${documents} USING gin (state jsonb_path_ops)`,
    create: {
      name: `${name}-create`,
      text: `
        WITH created AS (
          INSERT INTO ${documents} (id, version, state, updated_at) VALUES ($1, 1, $2::jsonb, now())
          RETURNING id, version, state, updated_at
        )
        INSERT INTO ${history} (id, version, state, occurred_at) SELECT * FROM created`,
    },
    // The write and its history row in one statement, so that one round trip is one transaction.
    replace: {
      name: `${name}-replace`,
      text: `
        WITH updated AS (
          UPDATE ${documents} SET version = version + 1, state = $2::jsonb, updated_at = now()
          WHERE id = $1 AND version = $3
          RETURNING id, version, state, updated_at
        )
        INSERT INTO ${history} (id, version, state, occurred_at) SELECT * FROM updated`,
    },
    count: {
      name: `${name}-count`,
      text: `SELECT count(*)::integer AS total FROM ${history} WHERE id = $1`,
    },
    page: {
      name: `${name}-history`,
      text: `
        SELECT version, state, occurred_at AS "occurredAt" FROM ${history}
        WHERE id = $1 ORDER BY version DESC LIMIT $2`,
    },
    read: { name: `${name}-read`, text: `SELECT version, state FROM ${documents} WHERE id = $1` },
  };
}

/** Versioned documents with a history, in tables of their own. */
class Documents {
  #pool;
  #statements;

  /**
   * @param {import('pg').Pool} pool
   * @param {string} name what the tables are called
   */
  constructor(pool, name) {
    this.#pool = pool;
    this.#statements = statementsOver(name);
  }

  /** @param {{ indexed: boolean }} options whether documents can be found by what they hold */
  async createTables({ indexed }) {
    await this.#pool.query(this.#statements.tables);
    if (indexed) await this.#pool.query(this.#statements.index);
  }

  /**
   * @param {string} id
   * @param {object} state
   */
  async create(id, state) {
    await this.#pool.query({ ...this.#statements.create, values: [id, JSON.stringify(state)] });
    return { version: 1 };
  }

  /**
   * @param {string} id
   * @param {object} state
   * @param {number} version the one it must be at
   * @returns {Promise<boolean>} false when it was not
   */
  async replace(id, state, version) {
    const { rowCount } = await this.#pool.query({
      ...this.#statements.replace,
      values: [id, JSON.stringify(state), version],
    });
    return rowCount === 1;
  }

  /** @param {string} id */
  async read(id) {
    const { rows } = await this.#pool.query({ ...this.#statements.read, values: [id] });
    const [row] = rows;
    return row && { version: Number(row.version), state: row.state };
  }

  /**
   * The newest changes, each with the whole state it led to.
   * @param {string} id
   * @param {number} limit
   */
  async history(id, limit) {
    const [counted, { rows: entries }] = await Promise.all([
      this.#pool.query({ ...this.#statements.count, values: [id] }),
      this.#pool.query({ ...this.#statements.page, values: [id, limit] }),
    ]);
    return { totalChanges: Number(counted.rows[0].total), entries };
  }
}

module.exports = { Documents };
