// @ts-check

/**
 * Random numbers that are the same for the same seed: mulberry32.
 * @typedef {object} Random
 * @property {(limit: number) => number} below a whole number from 0, smaller than the limit
 * @property {(probability: number) => boolean} chance
 * @property {<T>(list: readonly T[]) => T} pick
 */

/**
 * @param {number} seed
 * @param {string} [purpose] makes another sequence of the same seed
 * @returns {Random}
 */
function seeded(seed, purpose = '') {
  let state = [...purpose].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 16777619), seed) | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** @param {number} limit */
  const below = (limit) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => /** @type {any} */ (list[below(list.length)]),
  };
}

module.exports = { seeded };
