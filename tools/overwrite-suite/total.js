// @ts-check

/**
 * What histories of one way came to.
 * @typedef {object} Total
 * @property {number} histories
 * @property {number} edits the edits of people
 * @property {number} lost how many of them were lost
 * @property {number} losing the histories that lost one
 * @property {import('./play').Outcome['counts']} counts
 * @property {string[]} failures what must not be where agents work in turns, by the seeds
 */

/** @returns {Total} */
function nothing() {
  const counts = { refused: 0, dropped: 0, proposed: 0, approved: 0, turns: 0, aborted: 0 };
  return { histories: 0, edits: 0, lost: 0, losing: 0, counts, failures: [] };
}

/**
 * @param {Total} total is added to
 * @param {number} seed
 * @param {import('./play').Outcome} outcome
 */
function addOutcome(total, seed, { edits, lost, unsaid, counts }) {
  const failures = lost > 0 ? [`edits of people lost: ${lost}`, ...unsaid] : unsaid;
  const said = failures.map((failure) => `seed ${seed}: ${failure}`);
  addTotal(total, { ...{ histories: 1, edits, lost, losing: lost > 0 ? 1 : 0, counts }, failures: said });
}

/**
 * @param {Total} total is added to
 * @param {Total} other
 */
function addTotal(total, other) {
  for (const name of /** @type {const} */ (['histories', 'edits', 'lost', 'losing']))
    total[name] += other[name];
  for (const name of /** @type {(keyof Total['counts'])[]} */ (Object.keys(total.counts)))
    total.counts[name] += other.counts[name];
  total.failures.push(...other.failures);
}

/** The columns of the table: what they are called, and what they show. */
const columns = /** @type {[string, (way: string, total: Total) => string | number][]} */ ([
  ['agents work', (way) => (way === 'naive' ? 'without turns' : `in turns, \`${way}\``)],
  ['histories', (_, { histories }) => histories],
  ['edits of people', (_, { edits }) => edits],
  ['of them lost', (_, { edits, lost }) => (lost === 0 ? 0 : `${lost} (${percent(lost, edits)})`)],
  [
    'histories with a loss',
    (_, { histories, losing }) => (losing === 0 ? 0 : `${losing} (${percent(losing, histories)})`),
  ],
  ['turns', (_, { counts }) => counts.turns],
  ['taken back', (_, { counts }) => counts.aborted],
  ['refused', (_, { counts }) => counts.refused],
  ['dropped, and named', (_, { counts }) => counts.dropped],
  ['proposed', (_, { counts }) => counts.proposed],
  ['approved', (_, { counts }) => counts.approved],
]);

/**
 * A table in Markdown.
 * @param {readonly { way: string, total: Total }[]} rows
 */
function tableOf(rows) {
  const cells = [
    columns.map(([title]) => title),
    ...rows.map(({ way, total }) => columns.map(([, of]) => grouped(of(way, total)))),
  ];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => padded(cell, column, widths)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

/** @param {string} cell @param {number} column @param {number[]} widths */
function padded(cell, column, widths) {
  return column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
}

/** @param {string | number} value */
function grouped(value) {
  return String(value).replace(/^\d+/, (digits) => Number(digits).toLocaleString('en-US'));
}

/** @param {number} part @param {number} whole */
function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

module.exports = { addOutcome, addTotal, nothing, tableOf };
