// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** What is built, and what it is built with. */
const PLACES = ['apps', 'libs', 'nx.json', 'package.json', 'package-lock.json', 'tsconfig.base.json'];

/** What a build neither reads nor writes. */
const ELSEWHERE = /^(node_modules|e2e|coverage|.*\.spec\.[jt]sx?|.*\.md)$/;

/**
 * A short text that changes with every file of apps and libs: sources, and what was built of them. It compares sizes and
 * times, not contents: to read all files takes as long as to ask Nx.
 * @param {string} root
 * @returns {string}
 */
function buildStamp(root) {
  const hash = crypto.createHash('sha256');
  for (const place of PLACES) describe(path.join(root, place), hash);
  return hash.digest('hex');
}

/**
 * @param {string} file
 * @param {crypto.Hash} hash
 */
function describe(file, hash) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) {
    hash.update(`${file} ${stat?.size} ${stat?.mtimeMs}\n`);
    return;
  }
  const names = fs.readdirSync(file).filter((name) => !ELSEWHERE.test(name));
  for (const name of names.sort()) describe(path.join(file, name), hash);
}

module.exports = { buildStamp };
