// @ts-check
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure, freePort, portTrouble } = require('../process');

/**
 * Checks that every port asked for can be had, and chooses one where any will do. One that is taken is waited for as
 * long as it may take the services of a killed launcher to end.
 * @template {string} Name
 * @param {Record<Name, number>} wanted by the option that names each
 * @param {string} host
 * @param {number} patienceMs
 * @returns {Promise<Record<Name, number>>}
 */
async function claimPorts(wanted, host, patienceMs) {
  const deadline = Date.now() + patienceMs;
  const claimed = /** @type {Record<Name, number>} */ ({});
  const owners = new Map();
  for (const [name, port] of /** @type {[Name, number][]} */ (Object.entries(wanted))) {
    const twin = owners.get(port);
    if (port !== 0 && twin) throw new Failure(`--${twin} and --${name} both name port ${port}.`);
    owners.set(port, name);
    claimed[name] = port || (await freePort());
    let trouble = await portTrouble(claimed[name], host);
    while (trouble === 'EADDRINUSE' && Date.now() < deadline) {
      await sleep(100);
      trouble = await portTrouble(claimed[name], host);
    }
    if (trouble) throw new Failure(sentence(trouble, name, port, host));
  }
  return claimed;
}

/**
 * @param {string} trouble
 * @param {string} name
 * @param {number} port
 * @param {string} host
 */
function sentence(trouble, name, port, host) {
  const choose = `choose another with npm start -- --${name} <port>`;
  if (trouble === 'EADDRINUSE') return `Port ${port} is in use by another program; ${choose}.`;
  if (trouble === 'EACCES') return `Port ${port} is for privileged users only; ${choose}.`;
  return `Port ${port} of ${host} is not available (${trouble}); ${choose}.`;
}

module.exports = { claimPorts };
