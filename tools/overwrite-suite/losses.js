// @ts-check

/**
 * @typedef {import('@nexus-state/documents').JsonObject} JsonObject
 * @typedef {import('@nexus-state/documents').JsonValue} JsonValue
 */

/**
 * Who made a change, and what they had seen of the panel before.
 * @typedef {object} Author
 * @property {string} name
 * @property {boolean} isPerson
 * @property {number} seen the newest version that they had seen
 * @property {string} [turnId] the turn that it belongs to
 * @property {number} [added] what it adds to `/count`, where it is an increment
 * @property {(author: Author) => boolean} [takesBack] whose changes it was asked to take back
 */

/**
 * A panel after one change of it.
 * @typedef {object} Version
 * @property {number} version
 * @property {JsonObject | null} state null where it is deleted
 * @property {Author} author
 */

/**
 * What was lost: what one version wrote, and another, whose author had not seen it, wrote over.
 * @typedef {object} Loss
 * @property {number} version whose change is lost
 * @property {number} by the version that wrote over it
 * @property {string} place
 */

/** Where an increment is made: it commutes with others, so its author need not have seen them. */
const COUNTER = '/count';

/**
 * The single values of a state, by their places. An element of an array is its own place, because its index moves.
 * @param {JsonValue | null} value
 * @param {string} [place]
 * @param {Map<string, JsonValue>} [found]
 * @returns {Map<string, JsonValue>}
 */
function valuesOf(value, place = '', found = new Map()) {
  if (Array.isArray(value))
    for (const element of value) found.set(`${place}#${JSON.stringify(element)}`, true);
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value))
      valuesOf(/** @type {any} */ (member), `${place}/${key}`, found);
  else if (place !== '') found.set(place, value);
  return found;
}

/**
 * Finds the edits of a panel that were lost: a value that is gone, or one that is back, by a change whose author had not seen that
 * somebody else had written, or removed, it.
 * @param {readonly Version[]} versions from the first, without a gap
 * @returns {Loss[]}
 */
function findLosses(versions) {
  /** @type {Loss[]} */
  const losses = [];
  /** @type {Map<string, number>} which version wrote what is there */
  const written = new Map();
  /** @type {Map<string, { version: number, value: JsonValue | undefined }>} which version removed what is not there any more */
  const removed = new Map();
  /** @type {Map<string, JsonValue>} */
  let before = new Map();
  for (const { version, state, author } of versions) {
    const after = valuesOf(state);
    /** @param {number | undefined} other */
    const may = (other = 0) => other <= author.seen || isOwn(author, versions[other - 1]?.author);
    for (const [place, value] of before) {
      if (after.get(place) === value) continue;
      const other = written.get(place);
      const isAdded = place === COUNTER && after.get(place) === Number(value) + (author.added ?? NaN);
      if (!isAdded && !may(other)) losses.push({ version: other ?? 0, by: version, place });
      written.delete(place);
      if (!after.has(place)) removed.set(place, { version, value });
    }
    for (const [place, value] of after) {
      if (before.get(place) === value) continue;
      const gone = removed.get(place);
      if (gone && gone.value === value && !may(gone.version))
        losses.push({ version: gone.version, by: version, place });
      removed.delete(place);
      written.set(place, version);
    }
    before = after;
  }
  return losses;
}

/**
 * @param {Author} author
 * @param {Author | undefined} other
 */
function isOwn(author, other) {
  if (!other) return true;
  if (author.takesBack) return author.takesBack(other);
  return author.turnId === undefined ? other.name === author.name : other.turnId === author.turnId;
}

module.exports = { findLosses, valuesOf };
