// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');

/** The services that have an image: the settings that hold the ports of each, and whether it works with the repositories. */
const services = {
  'state-api': { portSetting: 'SERVICE_PORT', grpcSetting: 'GRPC_PORT', repositories: 'read' },
  'realtime-gateway': { portSetting: 'REALTIME_PORT', grpcSetting: undefined, repositories: 'none' },
  'snapshot-worker': { portSetting: 'WORKER_PORT', grpcSetting: undefined, repositories: 'write' },
};

/** What has an image: the services, and the console. */
const images = {
  ...services,
  console: { portSetting: 'CONSOLE_PORT', grpcSetting: undefined, repositories: 'none' },
};

/** @typedef {keyof typeof services} ServiceName */
/** @typedef {keyof typeof images} ImageName */

const serviceNames = /** @type {ServiceName[]} */ (Object.keys(services));
const imageNames = /** @type {ImageName[]} */ (Object.keys(images));

/**
 * A package.json of this checkout.
 * @param {string} folder from the top of the checkout
 * @returns {{ version: string, name: string, dependencies?: Record<string, string> }}
 */
function manifestOf(folder) {
  return JSON.parse(fs.readFileSync(path.join(paths.root, folder, 'package.json'), 'utf8'));
}

/** The folders of our packages, by name. */
const folders = new Map(
  ['apps', 'libs', 'libs/adapters'].flatMap((group) =>
    fs
      .readdirSync(path.join(paths.root, group))
      .map((entry) => `${group}/${entry}`)
      .filter((folder) => fs.existsSync(path.join(paths.root, folder, 'package.json')))
      .map((folder) => [manifestOf(folder).name, folder]),
  ),
);

/**
 * The folders of the libs that a package of this checkout is made of, its own left out.
 * @param {string} folder from the top of the checkout
 * @returns {string[]} sorted
 */
function libsOf(folder) {
  const seen = new Set();
  const visit = (/** @type {string} */ place) => {
    for (const name of Object.keys(manifestOf(place).dependencies ?? {})) {
      const lib = folders.get(name);
      if (!lib || seen.has(lib)) continue;
      seen.add(lib);
      visit(lib);
    }
  };
  visit(folder);
  return [...seen].sort();
}

module.exports = { services, serviceNames, images, imageNames, manifestOf, libsOf };
