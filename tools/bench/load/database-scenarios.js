// @ts-check
const { DOCUMENTS, stateText } = require('./documents');
const { create, documentPath, expectStatus, ownVersions } = require('./requests');

/**
 * @typedef {import('./scenarios').Scenario} Scenario
 * @typedef {import('./scenarios').Side} Side
 */

/**
 * Reads that pass by the cache.
 * @type {(side: Side) => Scenario}
 */
const stored = (side) => {
  /** @param {number} id */
  const pathOf = (id) => documentPath(side, `stored-${id}`);
  return {
    prepare: (connections) => create(side, connections, DOCUMENTS, pathOf),
    operate: async (connection) => {
      const path = pathOf(Math.floor(Math.random() * DOCUMENTS));
      expectStatus(200, await connection.send('GET', path, undefined, 'cache-control: no-cache\r\n'));
    },
  };
};

const LONG_DOCUMENTS = 64;
const ENTRIES = 50;

/**
 * Pages of the 50 newest changes of documents that have somewhat more.
 * @type {(side: Side) => Scenario}
 */
const history = (side) => {
  /** @param {number} id */
  const pathOf = (id) => documentPath(side, `history-${id}`);
  return {
    prepare: async (connections) => {
      await create(side, connections, LONG_DOCUMENTS, pathOf);
      await Promise.all(
        connections.map(async (connection, id) => {
          for (let version = 1; version < ENTRIES + 10; version++) {
            const body = `{"state":${stateText(id, version)},"version":${version}}`;
            expectStatus(200, await connection.send('PUT', pathOf(id % LONG_DOCUMENTS), body));
          }
        }),
      );
    },
    operate: async (connection) => {
      const path = pathOf(Math.floor(Math.random() * LONG_DOCUMENTS));
      expectStatus(200, await connection.send('GET', `${path}/history?limit=${ENTRIES}`));
    },
  };
};

/**
 * Changes by authors who have not seen the last change, which was of another field. The state API merges them; without
 * that, a client is refused, reads, and writes again.
 * @type {(side: Side) => Scenario}
 */
const merge = (side) => {
  /** @param {number} id */
  const pathOf = (id) => documentPath(side, `merge-${id}`);
  const documents = ownVersions(DOCUMENTS, (connections) => create(side, connections, DOCUMENTS, pathOf));
  return {
    prepare: documents.prepare,
    operate: async (connection, slot) => {
      const document = documents.next(slot);
      const { id, version } = document;
      const seen = Math.max(1, version - 1);
      documents.written(document);
      if (side === 'ours') {
        const path = version % 2 === 0 ? '/count' : '/title';
        const patches = [{ op: 'replace', path, value: version }];
        const answer = await connection.send('PATCH', pathOf(id), JSON.stringify({ patches, version: seen }));
        expectStatus(200, answer);
        if (seen < version && !JSON.parse(answer.text).merged)
          throw new Error('A stale patch was not merged.');
        return;
      }
      const first = await connection.send(
        'PUT',
        pathOf(id),
        `{"state":${stateText(id, version)},"version":${seen}}`,
      );
      if (first.status !== 409) return expectStatus(200, first);
      const read = JSON.parse((await connection.send('GET', pathOf(id))).text);
      read.state.count = version;
      expectStatus(200, await connection.send('PUT', pathOf(id), JSON.stringify(read)));
    },
  };
};

module.exports = { stored, history, merge };
