// @ts-check
const path = require('node:path');

/**
 * What a newcomer needs to see once everything runs.
 * @param {object} facts
 * @param {Record<'port' | 'grpc-port' | 'realtime-port' | 'worker-port' | 'console-port', number>} facts.ports
 * @param {string} facts.host
 * @param {string} facts.data
 * @param {string} facts.token
 * @returns {string}
 */
function announcement({ ports, host, data, token }) {
  const address = (/** @type {number} */ port) => `http://${host}:${port}`;
  const api = `${address(ports.port)}/api/state/demo`;
  const place = path.relative(process.cwd(), data) || '.';
  const folder = place.startsWith('..') ? data : place;
  const authorization = `-H "Authorization: Bearer $(cat ${quote(path.join(data, 'token'))})"`;
  return `
Nexus State is running.

  Console  ${address(ports['console-port'])}   (open it in a browser; it signs you in)

  State API         ${address(ports.port)}   (described at ${address(ports.port)}/docs)
  gRPC              ${host}:${ports['grpc-port']}
  Realtime gateway  ${address(ports['realtime-port'])}
  Snapshot worker   ${address(ports['worker-port'])}
  Data              ${folder}   (logs in ${path.join(folder, 'logs')}, connection settings in ${path.join(folder, 'env')})

A development token, valid for 30 days, also in ${path.join(folder, 'token')}:

${token}

Create a panel, change it, and see its history; npx nexus --help shows the rest:

npx nexus create demo/lamp '{"on": false}'
npx nexus merge demo/lamp '{"on": true}'
npx nexus history demo/lamp

The same over HTTP, create and list:

curl -X POST ${api}/hello_$(date +%s) ${authorization} -H 'Content-Type: application/json' -d '{"initialState":{"hello":"world"}}'

curl ${api} ${authorization}

Ctrl-C stops everything; the data is kept.`;
}

/** @param {string} file for a shell, inside double quotes and $( ) */
function quote(file) {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}

module.exports = { announcement };
