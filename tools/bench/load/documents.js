// @ts-check

/** How many documents the read and the update scenario go over. */
const DOCUMENTS = 1_000;

const BYTES = 1_024;

/**
 * A state of 1 KB as JSON: what a small panel holds. Two fields differ from one count to the next.
 * @param {number} id
 * @param {number} count
 * @returns {string}
 */
function stateText(id, count) {
  return `${fixedPart}"id":${id},"count":${count},"title":"${titleOf(id, count)}"}`;
}

/**
 * What such a state has in `title`; in `count` it has the count.
 * @param {number} id
 * @param {number} count
 */
function titleOf(id, count) {
  return `Panel ${id} after ${count}`;
}

const fixedPart = (() => {
  const rows = Array.from({ length: 8 }, (_, row) => ({
    row,
    label: `Row ${row}`,
    value: row * 1.5,
    on: row % 2 === 0,
  }));
  const view = { layout: 'grid', columns: ['label', 'value', 'on'], filter: null, rows };
  const text = JSON.stringify({ view, note: '' });
  const note = 'n'.repeat(BYTES - text.length - 50);
  return `${JSON.stringify({ view, note }).slice(0, -1)},`;
})();

module.exports = { DOCUMENTS, stateText, titleOf };
