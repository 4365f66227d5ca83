// @ts-check
const { adapter } = require('./adapter');
const { oneOf } = require('./names');
const { route } = require('./route');
const { useCase } = require('./use-case');
const { write } = require('./write');

/** @type {Record<string, (args: (string | undefined)[], root: string) => import('./write').Generated>} */
const GENERATORS = { 'use-case': useCase, adapter, route };

/**
 * Adds the files of a use case, an adapter or a route to a checkout: they compile and pass their specs as they are.
 * @param {string[]} args the kind, and what its generator takes
 * @param {string} root
 * @returns {Promise<import('./write').Generated>} what was made
 * @throws {import('../process').Failure} when the arguments are no such thing, or a file is there already
 */
async function generate([kind, ...args], root) {
  const generator = GENERATORS[oneOf(kind, Object.keys(GENERATORS), 'kind')];
  const generated = /** @type {NonNullable<typeof generator>} */ (generator)(args, root);
  await write(root, generated);
  return generated;
}

module.exports = { generate };
