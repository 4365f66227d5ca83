// @ts-check
const { create, documentPath, expectStatus } = require('./requests');

/**
 * @typedef {import('./scenarios').Scenario} Scenario
 * @typedef {import('./scenarios').Side} Side
 */

/**
 * Everybody counts up in one document of 1 KB, and nothing may be lost.
 * @type {(side: Side) => Scenario}
 */
const hot = (side) => {
  let counted = 0;
  const path = documentPath(side, 'hot');
  const increment = JSON.stringify({ patches: [{ op: 'inc', path: '/count', value: 1 }] });

  /** @type {Scenario['operate']} */
  const ours = async (connection) => {
    expectStatus(200, await connection.send('PATCH', path, increment, 'if-match: *\r\n'));
    counted++;
  };
  /** @type {Scenario['operate']} */
  const bare = async (connection) => {
    for (;;) {
      const stored = JSON.parse((await connection.send('GET', path)).text);
      stored.state.count++;
      const answer = await connection.send('PUT', path, JSON.stringify(stored));
      if (answer.status === 409) continue;
      expectStatus(200, answer);
      counted++;
      return;
    }
  };
  return {
    prepare: (connections) => create(side, connections, 1, () => path),
    operate: side === 'ours' ? ours : bare,
    check: async (connection) => {
      const { version, state } = JSON.parse((await connection.send('GET', path)).text);
      const history = await connection.send('GET', `${path}/history?limit=1`);
      const { totalChanges } = JSON.parse(history.text);
      const found = `count ${state.count}, version ${version}, ${totalChanges} changes`;
      // A change has one version and a version one change, so as many changes as versions leave no gap.
      if (state.count !== counted || version !== counted + 1 || totalChanges !== version) {
        throw new Error(`${side}: ${counted} increments were acknowledged; found ${found}.`);
      }
      return found;
    },
  };
};

/**
 * Everybody sets a field of their own in one document of 1 KB, by the version that they have seen last. The state API merges; without
 * that, a client reads and writes until nobody else was faster.
 * @type {(side: Side) => Scenario}
 */
const merges = (side) => {
  const path = documentPath(side, 'merges');
  /** How often each connection has written. @type {number[]} */
  const written = [];
  /** The version that each connection has seen last. @type {number[]} */
  const seen = [];
  /** @param {number} slot */
  const nextOf = (slot) => (written[slot] ?? 0) + 1;

  /** @type {Scenario['operate']} */
  const ours = async (connection, slot) => {
    const patches = [{ op: 'add', path: `/w${slot}`, value: nextOf(slot) }];
    const answer = await connection.send(
      'PATCH',
      path,
      JSON.stringify({ patches, version: seen[slot] ?? 1 }),
    );
    expectStatus(200, answer);
    seen[slot] = JSON.parse(answer.text).version;
    written[slot] = nextOf(slot);
  };
  /** @type {Scenario['operate']} */
  const bare = async (connection, slot) => {
    for (;;) {
      const stored = JSON.parse((await connection.send('GET', path)).text);
      stored.state[`w${slot}`] = nextOf(slot);
      const answer = await connection.send('PUT', path, JSON.stringify(stored));
      if (answer.status === 409) continue;
      expectStatus(200, answer);
      written[slot] = nextOf(slot);
      return;
    }
  };
  return {
    prepare: (connections) => create(side, connections, 1, () => path),
    operate: side === 'ours' ? ours : bare,
    check: async (connection) => {
      const { version, state } = JSON.parse((await connection.send('GET', path)).text);
      const total = written.reduce((sum, count) => sum + (count ?? 0), 0);
      written.forEach((count, slot) => {
        if (state[`w${slot}`] === count) return;
        throw new Error(`${side}: field w${slot} is ${state[`w${slot}`]}; ${count} was acknowledged.`);
      });
      if (version !== total + 1)
        throw new Error(`${side}: version ${version} after ${total} acknowledged changes.`);
      return `${total} changes, version ${version}`;
    },
  };
};

module.exports = { hot, merges };
