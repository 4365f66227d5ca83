// @ts-check
const { DOCUMENTS, stateText, titleOf } = require('./documents');
const { fanout } = require('./fanout');
const { grpcRead } = require('./grpc-read');
const { history, merge, stored } = require('./database-scenarios');
const { hot, merges } = require('./one-document');
const { create, documentPath, expectStatus, ownVersions, seed, workspace } = require('./requests');

/**
 * What the load generator does on one side of a scenario.
 * @typedef {object} Scenario
 * @property {(connections: Connection[], order: import('./main').Order) => Promise<void>} prepare once, before the first round
 * @property {(connection: Connection, slot: number) => Promise<void>} operate one operation; `slot` numbers the
 *   connection
 * @property {(scenario: Scenario, connections: Connection[], order: import('./main').Order) => Promise<import('./measure').Figures>} [measure] in place of the usual way
 * @property {((connection: Connection) => Promise<string>)} [check] after each round: throws when something was lost,
 *   says what was found
 * @typedef {InstanceType<typeof import('./connection').Connection>} Connection
 * @typedef {'ours' | 'bare'} Side
 */

/**
 * Reads of documents of 1 KB that are all in the cache; the bare server holds answers of the same size.
 * @type {(side: Side) => Scenario}
 */
const read = (side) => {
  /** @param {number} id */
  const pathOf = (id) => (side === 'ours' ? `${workspace}/read-${id}` : `/cached/read-${id}`);
  return {
    prepare: (connections) =>
      seed(connections, DOCUMENTS, async (connection, id) => {
        const state = `{"initialState":${stateText(id, 0)}}`;
        if (side === 'ours') expectStatus(201, await connection.send('POST', pathOf(id), state));
        else expectStatus(200, await connection.send('POST', pathOf(id), answerAlike(id)));
        expectStatus(200, await connection.send('GET', pathOf(id)));
      }),
    operate: async (connection) => {
      const id = Math.floor(Math.random() * DOCUMENTS);
      expectStatus(200, await connection.send('GET', pathOf(id)));
    },
  };
};

/** @param {number} id */
function answerAlike(id) {
  const now = new Date().toISOString();
  const checksum = 'c'.repeat(64);
  return `{"workspaceId":"bench","panelId":"read-${id}","version":1,"state":${stateText(id, 0)},"checksum":"${checksum}","createdAt":"${now}","updatedAt":"${now}"}`;
}

/**
 * A write of a document at the version it is at.
 * @typedef {(id: number, version: number) => { method: 'PUT' | 'PATCH', body: string }} Write
 */

/** @type {Write} */
const replacement = (id, version) => ({
  method: 'PUT',
  body: `{"state":${stateText(id, version)},"version":${version}}`,
});

/** The two fields that differ from one version to the next. @type {Write} */
const patchOfTwoFields = (id, version) => ({
  method: 'PATCH',
  body: `{"patches":[{"op":"replace","path":"/count","value":${version}},{"op":"replace","path":"/title","value":"${titleOf(id, version)}"}],"version":${version}}`,
});

/**
 * Writes of documents of 1 KB at the version they are at; each connection has its own documents. The bare server replaces them.
 * @param {string} name of the documents
 * @param {{ write?: Write, table?: 'stored' | 'indexed' }} options what is sent to ours, and where the bare server has its documents
 * @returns {(side: Side) => Scenario}
 */
const updates =
  (name, { write = replacement, table = 'stored' } = {}) =>
  (side) => {
    /** @param {number} id */
    const pathOf = (id) => documentPath(side, `${name}-${id}`, table);
    const writeHere = side === 'ours' ? write : replacement;
    const documents = ownVersions(DOCUMENTS, (connections) => create(side, connections, DOCUMENTS, pathOf));
    return {
      prepare: documents.prepare,
      operate: async (connection, slot) => {
        const document = documents.next(slot);
        const { method, body } = writeHere(document.id, document.version);
        expectStatus(200, await connection.send(method, pathOf(document.id), body));
        documents.written(document);
      },
    };
  };

/**
 * Compare-and-set of keys of 1 KB; the bare server replaces documents of the same size at their version, with their history, in one
 * statement.
 * @type {(side: Side) => Scenario}
 */
const compareAndSet = (side) => {
  /** @param {number} id */
  const pathOf = (id) => (side === 'ours' ? `/api/kv/bench/${id}` : documentPath(side, `key-${id}`));
  const name = side === 'ours' ? 'value' : 'state';
  const documents = ownVersions(DOCUMENTS, async (connections) => {
    if (side === 'bare') return create(side, connections, DOCUMENTS, pathOf);
    await seed(connections, DOCUMENTS, async (connection, id) => {
      const body = `{"value":${stateText(id, 0)},"version":0}`;
      expectStatus(200, await connection.send('PUT', pathOf(id), body));
    });
  });
  return {
    prepare: documents.prepare,
    operate: async (connection, slot) => {
      const document = documents.next(slot);
      const { id, version } = document;
      const body = `{"${name}":${stateText(id, version)},"version":${version}}`;
      expectStatus(200, await connection.send('PUT', pathOf(id), body));
      documents.written(document);
    },
  };
};

/** @type {Record<string, (side: Side) => Scenario>} */
const scenarios = {
  read,
  update: updates('update'),
  patch: updates('patch', { write: patchOfTwoFields }),
  indexed: updates('indexed', { table: 'indexed' }),
  hot,
  merges,
  cas: compareAndSet,
  stored,
  history,
  merge,
  fanout,
  grpc: grpcRead,
};

module.exports = { scenarios };
