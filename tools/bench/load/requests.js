// @ts-check

/**
 * @param {number} status
 * @param {import('./connection').Answer} answer
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

module.exports = { expectStatus, seed };
