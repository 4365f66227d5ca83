// @ts-check
const { say, step } = require('../../terminal/say');
const { jsonClient } = require('../json-client');
const { stateText } = require('../load/documents');
const { expectStatus } = require('../load/requests');
const { costOf } = require('./cost');

/** Panels in one workspace; there are more workspaces the more panels there are. */
const PER_WORKSPACE = 1_000;

/** Panels that one transaction makes, and transactions that are under way at once. */
const AT_ONCE = 250;
const SENDERS = 4;

/**
 * What an update and a read cost, by the number of panels of one user.
 * @param {import('./main').Bench} bench
 * @param {number} most
 * @returns {Promise<import('./plot').Series[]>}
 */
async function growPanels({ stack, token, connections, clock, seconds }, most) {
  const send = jsonClient(stack.ours.port, token);
  const versions = new Uint32Array(most);
  let made = 0;
  /** @type {Record<'update' | 'read', [number, number][]>} */
  const costs = { update: [], read: [] };
  for (const count of stepsTo(most)) {
    await step(`${count} panels`, async () => {
      const sender = async () => {
        while (made < count) {
          const first = made;
          const ids = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, n) => first + n);
          made += ids.length;
          const operations = ids.map((id) => ({
            op: 'set',
            panelId: panelOf(id),
            state: JSON.parse(stateText(id, 0)),
          }));
          await send('POST', `/state/${workspaceOf(first)}/transaction`, { operations });
          for (const id of ids) versions[id] = 1;
        }
      };
      await Promise.all(Array.from({ length: SENDERS }, sender));
    });
    const update = await costOf(
      connections,
      async (connection, slot) => {
        // Each connection has panels of its own.
        const own = Math.floor(count / connections.length);
        const id = slot + connections.length * Math.floor(Math.random() * own);
        const version = /** @type {number} */ (versions[id]);
        const body = `{"state":${stateText(id, version)},"version":${version}}`;
        expectStatus(200, await connection.send('PUT', pathOf(id), body));
        versions[id] = version + 1;
      },
      { clock, seconds },
    );
    const read = await costOf(
      connections,
      async (connection) => {
        expectStatus(200, await connection.send('GET', pathOf(Math.floor(Math.random() * count))));
      },
      { clock, seconds },
    );
    costs.update.push([count, update.total]);
    costs.read.push([count, read.total]);
    say(`    update ${said(update)}; read ${said(read)}`);
  }
  return [
    { name: 'update', points: costs.update },
    { name: 'read', points: costs.read },
  ];
}

/**
 * @param {number} most
 * @returns {number[]} 1,000, 3,000, 10,000 and so on, and the most as the last
 */
function stepsTo(most) {
  const steps = [];
  for (let power = 1_000; power < most; power *= 10) steps.push(power, power * 3);
  return [...steps.filter((count) => count < most), most];
}

/** @param {{ total: number, api: number, postgres: number, redis: number, p50Ms: number }} cost */
function said({ total, api, postgres, redis, p50Ms }) {
  const [all, ...parts] = [total, api, postgres, redis].map((value) => value.toFixed(0));
  return `${all} µs (API, PostgreSQL, Redis: ${parts.join(', ')}), p50 ${p50Ms.toFixed(1)} ms`;
}

/** @param {number} id */
const workspaceOf = (id) => `growth-${Math.floor(id / PER_WORKSPACE)}`;

/** @param {number} id */
const panelOf = (id) => `panel-${id}`;

/** @param {number} id */
const pathOf = (id) => `/api/state/${workspaceOf(id)}/${panelOf(id)}`;

module.exports = { growPanels, stepsTo, said };
