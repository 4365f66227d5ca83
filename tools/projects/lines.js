// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { projects } = require('./projects');

/** What only tests and development use: no image has it. */
const NOT_PRODUCT = ['type:test', 'type:embedded', 'type:processes', 'type:e2e', 'type:tool'];

/** What is no source, or only for tests: the adapters in memory are what specs put in the place of the real ones. */
const ELSEWHERE =
  /^(node_modules|dist|coverage|e2e|testing|memory|browser|issuer|.*\.spec\.[jt]sx?|.*\.contract\.ts)$/;

/**
 * @typedef {object} Size
 * @property {string} folder
 * @property {number} lines of code: without comments and blank lines
 * @property {boolean} isProduct
 * @property {number} share of the product's lines, 0 for what is not part of it
 */

/**
 * Counts the lines of code of each project, largest first.
 * @param {string} [root]
 * @returns {{ sizes: Size[], total: number }} `total`: the product's lines
 */
function countLines(root = paths.root) {
  const counted = projects(root).map(({ folder, tags }) => ({
    folder,
    lines: linesIn(path.join(root, folder)),
    isProduct: !tags.some((tag) => NOT_PRODUCT.includes(tag)),
  }));
  const total = counted.reduce((sum, { lines, isProduct }) => sum + (isProduct ? lines : 0), 0);
  const sizes = counted
    .map((size) => ({ ...size, share: size.isProduct ? size.lines / total : 0 }))
    .sort((a, b) => b.lines - a.lines);
  return { sizes, total };
}

/**
 * @param {string} place
 * @returns {number}
 */
function linesIn(place) {
  return fs
    .readdirSync(place, { withFileTypes: true })
    .filter(({ name }) => !ELSEWHERE.test(name))
    .map((entry) => {
      const inside = path.join(place, entry.name);
      if (entry.isDirectory()) return linesIn(inside);
      return /\.[jt]sx?$/.test(entry.name) ? codeLines(fs.readFileSync(inside, 'utf8')) : 0;
    })
    .reduce((sum, lines) => sum + lines, 0);
}

/**
 * Counts the lines of a source that are neither blank nor comment. A comment begins its line: Prettier keeps it so.
 * @param {string} source
 * @returns {number}
 */
function codeLines(source) {
  let inComment = false;
  let count = 0;
  for (const line of source.split('\n').map((text) => text.trim())) {
    if (line.startsWith('/*')) inComment = true;
    if (!inComment && line !== '' && !line.startsWith('//')) count++;
    if (inComment && line.endsWith('*/')) inComment = false;
  }
  return count;
}

/**
 * The figures as a table for a terminal.
 * @param {{ sizes: Size[], total: number }} counted
 * @returns {string}
 */
function sizeTable({ sizes, total }) {
  const rows = sizes.map(({ folder, lines, isProduct, share }) => {
    const part = isProduct ? `${(share * 100).toFixed(1)} %` : 'not in images';
    return `${String(lines).padStart(6)}  ${part.padStart(13)}  ${folder}`;
  });
  return [...rows, `${String(total).padStart(6)}                 the product`].join('\n');
}

module.exports = { codeLines, countLines, sizeTable };
