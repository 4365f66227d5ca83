// @ts-check
const os = require('node:os');
const { parseArgs } = require('node:util');
const { Failure } = require('../process');

/**
 * @typedef {object} Options
 * @property {number} histories how many of each way
 * @property {number} seed the seed of the first; each further one is one more
 * @property {number} workers
 * @property {boolean} help
 */

const usage = `npm run overwrite-suite -- [options]

  --histories <n>  how many are played in each way (10000)
  --seed <n>       the seed of the first; each further one is one more (1)
  --workers <n>    how many threads play (one a CPU)`;

/**
 * @param {string[]} args
 * @returns {Options}
 */
function readOptions(args) {
  const { values } = parse(args);
  return {
    histories: whole('histories', values.histories, 1),
    seed: whole('seed', values.seed, 0),
    workers: whole('workers', values.workers, 1),
    help: values.help,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        histories: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        workers: { type: 'string', default: String(os.availableParallelism()) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/**
 * @param {string} name
 * @param {string} text
 * @param {number} least
 */
function whole(name, text, least) {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < least)
    throw new Failure(`--${name} must be a whole number from ${least}.`);
  return number;
}

module.exports = { readOptions, usage };
