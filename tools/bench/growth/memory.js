// @ts-check
const { setTimeout: sleep } = require('node:timers/promises');
const { WebSocket } = require('ws');
const { say } = require('../../terminal/say');
const { memoryOf } = require('../cpu');
const { jsonClient } = require('../json-client');
const { stateText } = require('../load/documents');
const { expectStatus } = require('../load/requests');

const PANELS = 500;
const FOLLOWERS = 20;
const SAMPLES = 60;
const MIB = 1_024 * 1_024;
const workspace = 'growth-memory';

/**
 * The memory of each process over a mixed load: reads, replacements, patches, pages of history, followers of the workspace, and a
 * snapshot with every sample.
 * @param {import('./main').Bench} bench
 * @param {number} minutes
 * @returns {Promise<import('./plot').Series[]>} MiB by minutes
 */
async function watchMemory({ stack, token, connections }, minutes) {
  const send = jsonClient(stack.ours.port, token);
  const gateway = stack.ours.pids.filter((pid) => pid !== stack.ours.pid);
  const processes = [
    { name: 'state API', pids: [stack.ours.pid] },
    { name: 'gateway', pids: gateway },
    { name: 'snapshot worker', pids: [stack.worker.pid] },
  ];
  const versions = new Uint32Array(PANELS);
  /** @param {number} id */
  const pathOf = (id) => `/api/state/${workspace}/panel-${id}`;
  for (let id = 0; id < PANELS; id++) {
    const [connection] = connections;
    const answer = await connection?.send('POST', pathOf(id), `{"initialState":${stateText(id, 0)}}`);
    if (answer) expectStatus(201, answer);
    versions[id] = 1;
  }
  const followers = await followersOf(stack, token);
  let operations = 0;
  let goesOn = true;
  const work = connections.map(async (connection, slot) => {
    for (let turn = 0; goesOn; turn++) {
      // Each connection writes panels of its own.
      const own =
        slot + connections.length * Math.floor(Math.random() * Math.floor(PANELS / connections.length));
      await operate(turn % 8, connection, pathOf(own), own, versions);
      operations++;
    }
  });
  /** @type {[number, number][][]} */
  const points = processes.map(() => []);
  const sampled = async () => {
    const began = performance.now();
    try {
      for (let sample = 0; sample <= SAMPLES; sample++) {
        await sleep(Math.max(0, began + (sample * minutes * 60_000) / SAMPLES - performance.now()));
        const at = (performance.now() - began) / 60_000;
        processes.forEach(({ pids }, index) => points[index]?.push([at, memoryOf(pids) / MIB]));
        await send('POST', `/snapshots/${workspace}`, {});
      }
    } finally {
      goesOn = false;
    }
  };
  await Promise.all([sampled(), ...work]);
  for (const follower of followers) follower.terminate();
  say(`    ${operations} operations in ${minutes} minutes`);
  return processes.map(({ name }, index) => {
    const line = points[index] ?? [];
    const mib = (/** @type {[number, number] | undefined} */ point) => point?.[1].toFixed(0);
    say(
      `    ${name}: ${mib(line[0])} MiB, halfway ${mib(line[SAMPLES / 2])}, in the end ${mib(line.at(-1))}`,
    );
    return { name, points: line };
  });
}

/**
 * @param {number} kind
 * @param {import('../load/scenarios').Connection} connection
 * @param {string} path
 * @param {number} id
 * @param {Uint32Array} versions
 */
async function operate(kind, connection, path, id, versions) {
  const version = /** @type {number} */ (versions[id]);
  if (kind < 4) return expectStatus(200, await connection.send('GET', path));
  if (kind === 4) return expectStatus(200, await connection.send('GET', `${path}/history?limit=50`));
  if (kind === 5) {
    const patches = [{ op: 'replace', path: '/count', value: version }];
    expectStatus(200, await connection.send('PATCH', path, JSON.stringify({ patches, version })));
  } else {
    const body = `{"state":${stateText(id, version)},"version":${version}}`;
    expectStatus(200, await connection.send('PUT', path, body));
  }
  versions[id] = version + 1;
}

/**
 * @param {import('../stack').Stack} stack
 * @param {string} token
 */
function followersOf(stack, token) {
  return Promise.all(
    Array.from({ length: FOLLOWERS }, async () => {
      const url = `ws://127.0.0.1:${stack.ours.livePort}/ws/state/${workspace}?token=${token}`;
      const socket = new WebSocket(url, { perMessageDeflate: false });
      await new Promise((resolve, reject) => void socket.once('open', resolve).once('error', reject));
      socket.on('message', () => undefined);
      socket.send(JSON.stringify({ type: 'subscribe', panelId: '*' }));
      return socket;
    }),
  );
}

module.exports = { watchMemory };
