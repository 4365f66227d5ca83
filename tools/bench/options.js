// @ts-check
const { parseArgs } = require('node:util');
const { Failure } = require('../process');
const { reportNames } = require('./reports');
const { scenarioNames } = require('./targets');

/**
 * @typedef {object} Options
 * @property {number} rounds
 * @property {number} seconds how long each side is measured in each round
 * @property {string[]} only the scenarios to run
 * @property {'auto' | 'cli' | 'nodegit'} engine what takes the snapshots
 * @property {Record<string, string>} set settings of our processes, by name
 * @property {boolean} save
 * @property {string | undefined} profile a folder for a CPU profile of the state API
 * @property {string | undefined} database the URL of a PostgreSQL that runs, in place of one that is started
 * @property {number} panels up to how many panels `growth` goes
 * @property {number} changes up to how many changes of a panel `growth` goes
 * @property {number} minutes how long `growth` watches the memory of the processes
 * @property {boolean} help
 */

const usage = `npm run bench -- [options]

  --rounds <n>       rounds of each scenario; both sides are measured in each (5)
  --seconds <n>      how long a side is measured in a round (5)
  --only <name>      one scenario, may be repeated: ${scenarioNames.join(', ')};
                     and those that run only when they are named: ${reportNames.join(', ')}
  --engine <name>    what takes the snapshots: auto, cli, nodegit (auto)
  --set <NAME=value> a setting of our processes, such as QUERY_INDEX=off; may be repeated
  --save             write the figures to tools/bench/results/
  --profile <folder> write a CPU profile of the state API there
  --database <url>   measure on a PostgreSQL that runs, in a database that is empty
  --panels <n>       growth: up to how many panels (1000000)
  --changes <n>      growth: up to how many changes of a panel (100000)
  --minutes <n>      growth: how long the memory of the processes is watched (30)`;

/**
 * @param {string[]} args
 * @returns {Options}
 */
function readOptions(args) {
  const { values } = parse(args);
  const only = values.only ?? [];
  const names = [...scenarioNames, ...reportNames];
  for (const name of only) {
    if (!names.includes(name)) {
      throw new Failure(`There is no scenario ${name}; there are ${names.join(', ')}.`);
    }
  }
  return {
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    only: only.length > 0 ? names.filter((name) => only.includes(name)) : scenarioNames,
    engine: engineNamed(values.engine),
    set: settingsOf(values.set ?? []),
    save: values.save,
    profile: values.profile,
    database: values.database,
    panels: positive('panels', values.panels),
    changes: positive('changes', values.changes),
    minutes: positive('minutes', values.minutes),
    help: values.help,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        only: { type: 'string', multiple: true },
        engine: { type: 'string', default: 'auto' },
        set: { type: 'string', multiple: true },
        save: { type: 'boolean', default: false },
        profile: { type: 'string' },
        database: { type: 'string' },
        panels: { type: 'string', default: '1000000' },
        changes: { type: 'string', default: '100000' },
        minutes: { type: 'string', default: '30' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

/** @param {string} name */
function engineNamed(name) {
  if (name === 'auto' || name === 'cli' || name === 'nodegit') return name;
  throw new Failure(`There is no engine ${name}; there are auto, cli and nodegit.`);
}

/**
 * @param {string[]} given each as `NAME=value`
 * @returns {Record<string, string>}
 */
function settingsOf(given) {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new Failure(`--set takes NAME=value, not ${text}.`);
      return [name, value];
    }),
  );
}

/**
 * @param {string} name
 * @param {string} text
 */
function positive(name, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Failure(`--${name} must be a whole number from 1.`);
  return number;
}

module.exports = { readOptions, usage };
