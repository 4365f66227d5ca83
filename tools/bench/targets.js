// @ts-check

/**
 * @typedef {object} Target
 * @property {string} name as `--only` takes it
 * @property {string} title
 * @property {number} [ratio] our operations per second to those of the bare server, at least; none where the figure is
 *   only to be known
 * @property {boolean} [live] whether it needs the servers that send updates
 * @property {number} p95Ms at most
 * @property {number} p99Ms at most
 */

/** What each scenario is to reach. @type {readonly Target[]} */
const targets = [
  { name: 'read', title: 'cached read', ratio: 1.5, p95Ms: 10, p99Ms: 20 },
  { name: 'grpc', title: 'cached read over gRPC', ratio: 0.8, p95Ms: 50, p99Ms: 100 },
  { name: 'update', title: 'conditional update', ratio: 1.3, p95Ms: 200, p99Ms: 500 },
  { name: 'patch', title: 'conditional patch of two fields', ratio: 1.5, p95Ms: 200, p99Ms: 500 },
  { name: 'indexed', title: 'update, the bare server with a GIN index too', p95Ms: 200, p99Ms: 500 },
  { name: 'hot', title: 'hot panel', ratio: 150, p95Ms: 150, p99Ms: 300 },
  { name: 'merges', title: 'merging patches of one panel', ratio: 40, p95Ms: 150, p99Ms: 300 },
  { name: 'cas', title: 'compare-and-set of a key', ratio: 1.3, p95Ms: 200, p99Ms: 500 },
  { name: 'stored', title: 'read from the database', p95Ms: 100, p99Ms: 200 },
  { name: 'history', title: '50 history entries', ratio: 0.9, p95Ms: 200, p99Ms: 400 },
  { name: 'fanout', title: 'update to 200 subscribers', live: true, ratio: 0.9, p95Ms: 100, p99Ms: 200 },
  { name: 'merge', title: 'merged patch', p95Ms: 150, p99Ms: 300 },
];

/** The same for snapshots through the door, against plain git. @type {readonly (Target & { name: 'snapshot' | 'load' })[]} */
const doorTargets = [
  {
    name: 'snapshot',
    title: 'create a snapshot of 100 panels, 3 changed',
    ratio: 0.7,
    p95Ms: 3_000,
    p99Ms: 5_000,
  },
  { name: 'load', title: 'load a snapshot of 100 panels', p95Ms: 2_000, p99Ms: 3_000 },
];

/** The same for snapshots without the rest of the service, against plain git. @type {readonly Target[]} */
const snapshotTargets = [
  { name: 'snapshot-new', title: 'snapshot of 100 new panels', p95Ms: 3_000, p99Ms: 5_000 },
  { name: 'snapshot-changed', title: 'snapshot of 100 panels, 3 changed', p95Ms: 3_000, p99Ms: 5_000 },
  { name: 'snapshot-large', title: 'snapshot of 5,000 panels, 10 changed', p95Ms: 3_000, p99Ms: 5_000 },
  { name: 'snapshot-read', title: '100 panels read back', p95Ms: 2_000, p99Ms: 3_000 },
];

/** The same for keys in a SQLite file, against its bare driver. @type {readonly Target[]} */
const keyTargets = [
  { name: 'sqlite-get', title: 'get from a SQLite file', ratio: 0.8, p95Ms: 5, p99Ms: 10 },
  {
    name: 'sqlite-set',
    title: 'set in a SQLite file, one after the other',
    ratio: 0.8,
    p95Ms: 50,
    p99Ms: 100,
  },
  { name: 'sqlite-sets', title: 'set in a SQLite file, 64 at once', ratio: 1, p95Ms: 100, p99Ms: 200 },
];

const scenarioNames = [...targets, ...doorTargets, ...snapshotTargets, ...keyTargets].map(({ name }) => name);

module.exports = { targets, doorTargets, snapshotTargets, keyTargets, scenarioNames };
