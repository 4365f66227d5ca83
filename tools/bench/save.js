// @ts-check
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const paths = require('../paths');
const { mediansOf } = require('./report');

/**
 * Writes the figures down, with what they depend on.
 * @param {import('./run').Result[]} results
 * @param {object} settings
 * @returns {string} the file, from the top of the checkout
 */
function save(results, settings) {
  const at = new Date().toISOString();
  const folder = path.join(__dirname, 'results');
  const file = path.join(folder, `${at.slice(0, 19).replaceAll(':', '-')}.json`);
  const content = {
    at,
    commit: commit(),
    processors: os.availableParallelism(),
    node: process.version,
    settings,
    scenarios: results.map((result) => ({ ...result, medians: mediansOf(result) })),
  };
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(content, rounded, 2)}\n`);
  return path.relative(paths.root, file);
}

/** @returns {string | null} */
function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: paths.root,
      encoding: 'utf8',
    }).trim();
  } catch {
    return null;
  }
}

/**
 * @param {string} _name
 * @param {unknown} value
 */
function rounded(_name, value) {
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

module.exports = { save };
