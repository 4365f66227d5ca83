// @ts-check

/**
 * @typedef {object} Target
 * @property {string} name as `--only` takes it
 * @property {string} title
 * @property {number} ratio our operations per second to those of the bare server, at least
 * @property {string} latencyOf
 * @property {number} p95Ms at most
 */

/** What each scenario is to reach. @type {readonly Target[]} */
const targets = [
  { name: 'read', title: 'cached read', ratio: 1.2, latencyOf: 'cached read', p95Ms: 10 },
  { name: 'update', title: 'conditional update', ratio: 1, latencyOf: 'update', p95Ms: 200 },
  { name: 'hot', title: 'hot panel', ratio: 50, latencyOf: 'patch', p95Ms: 150 },
];

const scenarioNames = targets.map(({ name }) => name);

module.exports = { targets, scenarioNames };
