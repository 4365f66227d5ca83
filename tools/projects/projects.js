// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');

/** Where packages are. */
const GROUPS = ['apps', 'libs', 'libs/adapters'];

/** Projects that are no packages: no image holds them. */
const OTHERS = ['tests/e2e', 'tools'];

/**
 * @typedef {object} Project
 * @property {string} name as Nx knows it
 * @property {string} folder from the top of the checkout
 * @property {string[]} tags what lint decides by who may import it
 */

/**
 * Lists the projects of a checkout, as Nx finds them.
 * @param {string} [root]
 * @returns {Project[]}
 */
function projects(root = paths.root) {
  const packages = GROUPS.flatMap((group) =>
    fs.readdirSync(path.join(root, group)).map((name) => `${group}/${name}`),
  )
    .filter((folder) => fs.existsSync(path.join(root, folder, 'package.json')))
    .map((folder) => {
      const { name, nx } = readJson(path.join(root, folder, 'package.json'));
      return { name, folder, tags: nx?.tags ?? [] };
    });
  const others = OTHERS.map((folder) => {
    const { name, tags } = readJson(path.join(root, folder, 'project.json'));
    return { name, folder, tags };
  });
  return [...packages, ...others];
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

module.exports = { projects };
