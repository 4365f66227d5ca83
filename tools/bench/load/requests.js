// @ts-check
const { stateText } = require('./documents');

const workspace = '/api/state/bench';

/**
 * Where a document is that is kept in the database.
 * @param {import('./scenarios').Side} side
 * @param {string} name
 * @param {'stored' | 'indexed'} table which of the bare server's tables
 */
function documentPath(side, name, table = 'stored') {
  return side === 'ours' ? `${workspace}/${name}` : `/${table}/${name}`;
}

/**
 * @param {number} status
 * @param {Pick<import('./connection').Answer, 'status' | 'text'>} answer
 */
function expectStatus(status, answer) {
  if (answer.status === status) return;
  throw new Error(`Expected ${status}, was answered ${answer.status}: ${answer.text.slice(0, 500)}`);
}

/**
 * Makes documents, each connection its share.
 * @param {import('./scenarios').Connection[]} connections
 * @param {number} count
 * @param {(connection: import('./scenarios').Connection, id: number) => Promise<void>} make
 */
async function seed(connections, count, make) {
  let next = 0;
  await Promise.all(
    connections.map(async (connection) => {
      while (next < count) await make(connection, next++);
    }),
  );
}

/**
 * Makes documents of 1 KB, each at version 1.
 * @param {import('./scenarios').Side} side
 * @param {import('./scenarios').Connection[]} connections
 * @param {number} count
 * @param {(id: number) => string} pathOf
 */
function create(side, connections, count, pathOf) {
  const name = side === 'ours' ? 'initialState' : 'state';
  return seed(connections, count, async (connection, id) => {
    const answer = await connection.send('POST', pathOf(id), `{"${name}":${stateText(id, 0)}}`);
    expectStatus(side === 'ours' ? 201 : 200, answer);
  });
}

/**
 * Deals documents out, so that no two connections write the same one: returns a connection's next one, round and round.
 * @param {number} count
 * @returns {(slot: number, connectionCount: number) => number}
 */
function ownDocuments(count) {
  /** @type {number[]} */
  const turns = [];
  return (slot, connectionCount) => {
    const own = Math.ceil((count - slot) / connectionCount);
    const turn = (turns[slot] ?? 0) % own;
    turns[slot] = turn + 1;
    return slot + turn * connectionCount;
  };
}

/**
 * Documents that are made at version 1 and written by one connection each, with the version that each is at.
 * @param {number} count
 * @param {(connections: import('./scenarios').Connection[]) => Promise<void>} make makes all of them
 */
function ownVersions(count, make) {
  const versions = new Float64Array(count).fill(1);
  const nextOf = ownDocuments(count);
  let connectionCount = 1;
  return {
    /** @param {import('./scenarios').Connection[]} connections */
    prepare: (connections) => {
      connectionCount = connections.length;
      return make(connections);
    },
    /** @param {number} slot the number of a connection, whose next document this is */
    next: (slot) => {
      const id = nextOf(slot, connectionCount);
      return { id, version: versions[id] ?? 1 };
    },
    /** @param {{ id: number, version: number }} document one whose next version is written */
    written: ({ id, version }) => {
      versions[id] = version + 1;
    },
  };
}

module.exports = { workspace, documentPath, expectStatus, seed, create, ownVersions };
