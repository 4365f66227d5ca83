// @ts-check

/**
 * A measurement of our services alone, with a report of its own. It runs only when it is named.
 * @typedef {object} Report
 * @property {string} name as `--only` takes it
 * @property {string} title
 * @property {() => { run: (options: import('./options').Options) => Promise<void> }} load what measures; it uses packages, which are
 *   there only once the checkout is ready
 */

/** @type {readonly Report[]} */
const reports = [
  {
    name: 'sizes',
    title: 'bytes and CPU of panels of 1 KB, 100 KB and 1 MB',
    load: () => require('./sizes/main'),
  },
  {
    name: 'quiet',
    title: 'writes of a quiet workspace, alone and beside a saturated one',
    load: () => require('./quiet/main'),
  },
  {
    name: 'restore',
    title: 'restore of 5,000 panels of 2 KB, while another workspace is written',
    load: () => require('./restore/main'),
  },
  {
    name: 'growth',
    title: 'cost by panels and history, and memory over time, as plots in docs/images',
    load: () => require('./growth/main'),
  },
];

const reportNames = reports.map(({ name }) => name);

module.exports = { reports, reportNames };
