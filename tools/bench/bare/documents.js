// @ts-check

const tables = `
  CREATE TABLE IF NOT EXISTS bare_documents (
    id text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, state jsonb NOT NULL, updated_at timestamptz NOT NULL);
  CREATE TABLE IF NOT EXISTS bare_history (
    id text COLLATE "C", version bigint, state jsonb NOT NULL, occurred_at timestamptz NOT NULL,
    PRIMARY KEY (id, version))`;

const create = {
  name: 'bare-create',
  text: `
    WITH created AS (
      INSERT INTO bare_documents (id, version, state, updated_at) VALUES ($1, 1, $2::jsonb, now())
      RETURNING id, version, state, updated_at
    )
    INSERT INTO bare_history (id, version, state, occurred_at) SELECT * FROM created`,
};

/** The write and its history row in one statement, so that one round trip is one transaction. */
const replace = {
  name: 'bare-replace',
  text: `
    WITH updated AS (
      UPDATE bare_documents SET version = version + 1, state = $2::jsonb, updated_at = now()
      WHERE id = $1 AND version = $3
      RETURNING id, version, state, updated_at
    )
    INSERT INTO bare_history (id, version, state, occurred_at) SELECT * FROM updated`,
};

const count = {
  name: 'bare-count',
  text: 'SELECT count(*)::integer AS total FROM bare_history WHERE id = $1',
};

const page = {
  name: 'bare-history',
  text: `
    SELECT version, state, occurred_at AS "occurredAt" FROM bare_history
    WHERE id = $1 ORDER BY version DESC LIMIT $2`,
};

const read = { name: 'bare-read', text: 'SELECT version, state FROM bare_documents WHERE id = $1' };

/** Versioned documents with a history, in tables of their own. */
class Documents {
  #pool;

  /** @param {import('pg').Pool} pool */
  constructor(pool) {
    this.#pool = pool;
  }

  async createTables() {
    await this.#pool.query(tables);
  }

  /**
   * @param {string} id
   * @param {object} state
   */
  async create(id, state) {
    await this.#pool.query({ ...create, values: [id, JSON.stringify(state)] });
    return { version: 1 };
  }

  /**
   * @param {string} id
   * @param {object} state
   * @param {number} version the one it must be at
   * @returns {Promise<boolean>} false when it was not
   */
  async replace(id, state, version) {
    const { rowCount } = await this.#pool.query({ ...replace, values: [id, JSON.stringify(state), version] });
    return rowCount === 1;
  }

  /** @param {string} id */
  async read(id) {
    const { rows } = await this.#pool.query({ ...read, values: [id] });
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
      this.#pool.query({ ...count, values: [id] }),
      this.#pool.query({ ...page, values: [id, limit] }),
    ]);
    return { totalChanges: Number(counted.rows[0].total), entries };
  }
}

module.exports = { Documents };
