// @ts-check
const path = require('node:path');

const root = path.resolve(__dirname, '..');

/** The folders the tools agree on. */
module.exports = {
  /** The top of the checkout. */
  root,
  /** Everything the tools keep between runs; never under version control. */
  data: path.join(root, '.nexus'),
  /** Programs that had to be fetched. */
  binaries: path.join(root, '.nexus', 'bin'),
  nodeModules: path.join(root, 'node_modules'),
};
