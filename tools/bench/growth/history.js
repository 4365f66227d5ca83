// @ts-check
const { say, step } = require('../../terminal/say');
const { expectStatus } = require('../load/requests');
const { said } = require('./panels');
const { costOf } = require('./cost');

const path = '/api/state/growth-history/panel';
const steps = [10, 100, 1_000, 10_000, 100_000];

/**
 * What changes and reads of one panel cost, by the number of its changes.
 * @param {import('./main').Bench} bench
 * @param {number} most
 * @returns {Promise<import('./plot').Series[]>}
 */
async function growHistory({ connections, clock, seconds }, most) {
  const [first] = connections;
  if (!first) throw new Error('There is no connection.');
  expectStatus(201, await first.send('POST', path, '{"initialState":{"count":0,"note":"grows"}}'));
  let version = 1;
  /** @param {import('../load/scenarios').Connection} connection */
  const change = async (connection) => {
    const body = '{"patches":[{"op":"inc","path":"/count","value":1}]}';
    const answer = await connection.send('PATCH', path, body, 'if-match: *\r\n');
    expectStatus(200, answer);
    version = Math.max(version, JSON.parse(answer.text).version);
  };
  /** @type {Record<'change' | 'page' | 'past', [number, number][]>} */
  const costs = { change: [], page: [], past: [] };
  for (const count of steps.filter((one) => one <= most)) {
    await step(`${count} changes`, async () => {
      const missing = () => count - version > 0;
      // The last of them one by one: so that there are no more than asked for.
      await Promise.all(
        connections.map(async (connection) => {
          while (count - version > connections.length) await change(connection);
        }),
      );
      while (missing()) await change(first);
    });
    const rows = version;
    /** @param {string} query */
    const reading = (query) => async (/** @type {import('../load/scenarios').Connection} */ connection) => {
      expectStatus(200, await connection.send('GET', `${path}${query}`));
    };
    const page = await costOf(connections, reading('/history?limit=50'), { clock, seconds });
    const past = await costOf(connections, reading(`?version=${Math.ceil(rows / 2)}`), { clock, seconds });
    // With one connection, so that it takes a change of its own each time, and few rows more.
    const changed = await costOf([first], change, { clock, seconds });
    costs.page.push([rows, page.total]);
    costs.past.push([rows, past.total]);
    costs.change.push([rows, changed.total]);
    say(`    change ${said(changed)}; 50 entries ${said(page)}; a version ${said(past)}`);
  }
  return [
    { name: 'change', points: costs.change },
    { name: '50 newest entries', points: costs.page },
    { name: 'state at a version', points: costs.past },
  ];
}

module.exports = { growHistory };
