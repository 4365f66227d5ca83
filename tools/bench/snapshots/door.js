// @ts-check
const crypto = require('node:crypto');
const { jsonClient } = require('../json-client');

const panels = 100;
const changed = 3;

/**
 * Snapshots as a client asks for them: through the state API, the queue, a worker, the database and git.
 * @param {'snapshot' | 'load'} name
 * @param {{ port: number }} api
 * @param {string} token
 * @returns {import('./scenarios').Side}
 */
function doorOf(name, api, token) {
  const workspace = `bench-${name}`;
  let next = 0;
  let commit = '';

  const send = jsonClient(api.port, token);
  const state = () => ({
    $state: { lines: Array.from({ length: 30 }, () => crypto.randomBytes(24).toString('hex')) },
  });
  const take = async () => {
    commit = (await send('POST', `/snapshots/${workspace}`, {})).gitCommitHash;
  };
  return {
    prepare: async () => {
      for (let n = 0; n < panels; n++) {
        await send('POST', `/state/${workspace}/panel-${n}`, { initialState: state() });
      }
      await take();
    },
    next: async () => {
      if (name === 'load') {
        return async () => {
          const { totalPanels } = await send('GET', `/state/${workspace}/snapshot?gitCommit=${commit}`);
          if (totalPanels !== panels) throw new Error(`There were ${totalPanels} panels.`);
        };
      }
      for (let n = 0; n < changed; n++) {
        const path = `/state/${workspace}/panel-${next++ % panels}`;
        const { version } = await send('GET', path);
        await send('PUT', path, { state: state(), version });
      }
      return take;
    },
  };
}

module.exports = { doorOf };
