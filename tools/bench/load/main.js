// @ts-check
const { Connection } = require('./connection');
const { measure } = require('./measure');
const { scenarios } = require('./scenarios');

/**
 * The process that makes the load; it gets its orders as messages, one at a time.
 *
 * @typedef {object} Order
 * @property {string} scenario
 * @property {import('./scenarios').Side} side
 * @property {number} port
 * @property {number} grpcPort
 * @property {number | undefined} livePort where updates are sent, if a server for them runs
 * @property {number[]} pids
 * @property {string[]} tokens one for each connection
 * @property {number} warmUpMs
 * @property {number} measureMs
 *
 * @typedef {{ figures: import('./measure').Figures, checked: string | undefined } | { error: string }} Reply
 */

/** @type {Map<string, import('./scenarios').Scenario>} */
const prepared = new Map();

/**
 * @param {Order} order
 * @param {import('./scenarios').Connection[]} connections
 */
async function prepare(order, connections) {
  const { scenario: name, side } = order;
  const known = prepared.get(`${name} ${side}`);
  if (known) return known;
  const scenario = scenarios[name]?.(side);
  if (!scenario) throw new Error(`There is no scenario ${name}.`);
  await scenario.prepare(connections, order);
  prepared.set(`${name} ${side}`, scenario);
  return scenario;
}

/**
 * @param {Order} order
 * @returns {Promise<Reply>}
 */
async function carryOut(order) {
  // Connections of its own for each round: a server closes those that the other side's turn has left idle.
  const connections = order.tokens.map((token) => new Connection(order.port, token));
  try {
    const scenario = await prepare(order, connections);
    const figures = await (scenario.measure ?? measure)(scenario, connections, order);
    const [first] = connections;
    return { figures, checked: first && (await scenario.check?.(first)) };
  } finally {
    for (const connection of connections) connection.close();
  }
}

process.on('message', (/** @type {Order} */ order) => {
  carryOut(order)
    .catch((error) => ({ error: error instanceof Error ? error.message : String(error) }))
    .then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit());
