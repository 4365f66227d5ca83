// @ts-check
const { setTimeout: sleep } = require('node:timers/promises');
const { WebSocket } = require('ws');
const { cpuTimes } = require('../cpu');
const { figuresOf } = require('./measure');
const { expectStatus } = require('./requests');

const SUBSCRIBERS = 200;
const WRITERS = 10;
const UPDATES_PER_SECOND = 100;
const BYTES = 1_024;
/** How long an update may take to reach everybody before it counts as lost. */
const PATIENCE_MS = 10_000;

/**
 * Updates of 1 KB that go to 200 subscribers. First as fast as it goes, where each writer waits until every subscriber
 * has its update: deliveries per second. Then 100 updates a second: the time from the request that writes until a
 * subscriber has the update, the commit included, for every delivery.
 * @type {(side: import('./scenarios').Side) => import('./scenarios').Scenario}
 */
const fanout = (side) => {
  const versions = new Array(WRITERS).fill(1);
  let updates = 0;

  /**
   * Makes the next version of a writer's own document, and waits until everybody has it.
   * @param {import('./scenarios').Connection} connection
   * @param {number} writer
   * @param {Audience} audience
   */
  async function update(connection, writer, audience) {
    const number = ++updates;
    const version = versions[writer]++;
    const arrived = audience.expect(number);
    const [method, path, body] =
      side === 'ours' ? oursWrite(writer, number, version) : bareWrite(writer, number, version);
    expectStatus(200, await connection.send(method, path, body));
    await arrived;
  }

  return {
    prepare: async (connections) => {
      for (let writer = 0; writer < WRITERS; writer++) {
        const connection = connections[writer];
        const name = side === 'ours' ? 'initialState' : 'state';
        const path = side === 'ours' ? oursPath(writer) : `/stored/fanout-${writer}`;
        const answer = await connection?.send('POST', path, JSON.stringify({ [name]: stateOf(0) }));
        if (answer) expectStatus(side === 'ours' ? 201 : 200, answer);
      }
    },
    operate: async () => {
      throw new Error('This scenario measures in its own way.');
    },
    measure: async (_, connections, order) => {
      const writers = connections.slice(0, WRITERS);
      const audience = await Audience.open(side, order);
      try {
        const phase = async (/** @type {number} */ ms, /** @type {number} */ everyMs) => {
          audience.latencies.length = 0;
          const cpu = cpuTimes(order.pids);
          const began = performance.now();
          await Promise.all(
            writers.map(async (connection, writer) => {
              let due = began + (writer * everyMs) / WRITERS;
              while (performance.now() < began + ms) {
                if (everyMs > 0) await sleep(Math.max(0, due - performance.now()));
                due += everyMs;
                await update(connection, writer, audience);
              }
            }),
          );
          const seconds = (performance.now() - began) / 1_000;
          return figuresOf(audience.latencies, seconds, cpuTimes(order.pids) - cpu);
        };
        await phase(order.warmUpMs, 0);
        const { opsPerSecond } = await phase(order.measureMs / 2, 0);
        const paced = await phase(order.measureMs / 2, (1_000 * WRITERS) / UPDATES_PER_SECOND);
        return { ...paced, opsPerSecond };
      } finally {
        audience.close();
      }
    },
  };
};

/** All subscribers. */
class Audience {
  /** @type {number[]} of every delivery, in milliseconds */
  latencies = [];
  /** @type {Map<number, { began: number, missing: number, done: () => void }>} updates that not everybody has */
  #expected = new Map();
  /** @type {WebSocket[]} */
  #sockets = [];

  /**
   * @param {import('./scenarios').Side} side
   * @param {{ livePort?: number | undefined, tokens: string[] }} order
   */
  static async open(side, { livePort, tokens }) {
    const audience = new Audience();
    const opening = Array.from({ length: SUBSCRIBERS }, async (_, n) => {
      const path = side === 'ours' ? '/ws/state/fanout' : '/';
      const url = `ws://127.0.0.1:${livePort}${path}?token=${tokens[n % tokens.length]}`;
      const socket = new WebSocket(url, { perMessageDeflate: false });
      audience.#sockets.push(socket);
      await new Promise((resolve, reject) => void socket.once('open', resolve).once('error', reject));
      if (side === 'ours') await subscribed(socket);
      socket.on('message', (data) => audience.#receive(/** @type {Buffer} */ (data)));
    });
    await Promise.all(opening);
    return audience;
  }

  /**
   * Waits until everybody has an update; to be called before it is written.
   * @param {number} number
   * @returns {Promise<void>}
   */
  expect(number) {
    return new Promise((resolve, reject) => {
      const lost = () => reject(new Error(`Update ${number} has not reached everybody.`));
      const timer = setTimeout(lost, PATIENCE_MS);
      const done = () => {
        clearTimeout(timer);
        this.#expected.delete(number);
        resolve();
      };
      this.#expected.set(number, { began: performance.now(), missing: SUBSCRIBERS, done });
    });
  }

  close() {
    for (const socket of this.#sockets) socket.terminate();
  }

  /** @param {Buffer} data */
  #receive(data) {
    // The number is between two marks: reading the whole message 20,000 times a second would measure us.
    const at = data.indexOf('#');
    const update = this.#expected.get(Number(data.toString('latin1', at + 1, data.indexOf('#', at + 1))));
    if (!update) return;
    this.latencies.push(performance.now() - update.began);
    if (--update.missing === 0) update.done();
  }
}

/**
 * Subscribes to the whole workspace, and waits until its panels have come.
 * @param {WebSocket} socket
 */
async function subscribed(socket) {
  let panels = 0;
  await new Promise((resolve, reject) => {
    socket.on('message', function count(data) {
      const { type, message } = JSON.parse(String(data));
      if (type === 'error') reject(new Error(message));
      if (type !== 'state_sync' || ++panels < WRITERS) return;
      socket.off('message', count);
      resolve(undefined);
    });
    socket.send(JSON.stringify({ type: 'subscribe', panelId: '*' }));
  });
}

/** @param {number} writer */
const oursPath = (writer) => `/api/state/fanout/fanout-${writer}`;

/**
 * @param {number} writer
 * @param {number} number
 * @param {number} version
 * @returns {[string, string, string]}
 */
function oursWrite(writer, number, version) {
  const patches = [{ op: 'replace', path: '/text', value: stateOf(number).text }];
  return ['PATCH', oursPath(writer), JSON.stringify({ patches, version })];
}

/**
 * @param {number} writer
 * @param {number} number
 * @param {number} version
 * @returns {[string, string, string]}
 */
function bareWrite(writer, number, version) {
  return ['PUT', `/live/fanout-${writer}`, JSON.stringify({ state: stateOf(number), version })];
}

/** @param {number} number */
function stateOf(number) {
  return { text: `#${number}#`.padEnd(BYTES, 'x') };
}

module.exports = { fanout };
