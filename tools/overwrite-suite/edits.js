// @ts-check
const { applyPatch } = require('@nexus-state/documents');

/**
 * @typedef {import('@nexus-state/documents').JsonObject} JsonObject
 * @typedef {import('@nexus-state/documents').PatchRequest} PatchRequest
 */

/**
 * One edit of a panel: what it does to the state that its author saw.
 * @typedef {object} Edit
 * @property {PatchRequest} patch
 * @property {JsonObject} state afterwards, if nobody else had written
 * @property {string[]} tokens every one is to be in the state
 * @property {string[]} gone none is to be in the state
 * @property {number | undefined} added what it adds to the counter
 */

/** @param {string} panelId @returns {JsonObject} */
function firstState(panelId) {
  /** @param {string} place */
  const token = (place) => `<${panelId}-${place}>`;
  return {
    title: token('title'),
    note: { text: token('text'), tone: token('tone') },
    list: [token('one'), token('two'), token('three')],
    items: { first: token('first'), second: token('second') },
    count: 0,
  };
}

/**
 * A random edit, with values that no other edit has.
 * @param {JsonObject} state
 * @param {import('./random').Random} random
 * @param {() => string} newToken
 * @param {{ size: number, counts: boolean }} how how many things it does, and whether it may increment the counter
 * @returns {Edit}
 */
function randomEdit(state, random, newToken, { size, counts }) {
  /** @type {PatchRequest[number][]} */
  const patch = [];
  let current = state;
  for (let made = 0; made < size; made++) {
    const operation = randomOperation(/** @type {any} */ (current), random, newToken);
    patch.push(operation);
    current = /** @type {JsonObject} */ (applyPatch(current, [operation]).value);
  }
  const added =
    counts && typeof state['count'] === 'number' && random.chance(0.2) ? 1 + random.below(9) : undefined;
  if (added !== undefined) patch.push({ op: 'inc', path: '/count', value: added });
  const [before, after] = [tokensOf(state), tokensOf(current)];
  return {
    patch,
    state: current,
    tokens: [...after].filter((token) => !before.has(token)),
    gone: [...before].filter((token) => !after.has(token)),
    added,
  };
}

/**
 * @param {{ note?: JsonObject, list?: string[], items?: JsonObject }} state
 * @param {import('./random').Random} random
 * @param {() => string} newToken
 * @returns {PatchRequest[number]}
 */
function randomOperation({ note, list, items }, random, newToken) {
  const value = newToken();
  switch (random.below(9)) {
    case 0:
      return { op: 'add', path: '/title', value };
    case 1:
      if (note) return { op: 'add', path: `/note/${random.pick(['text', 'tone'])}`, value };
      break;
    case 2:
      return { op: 'add', path: '/note', value: { text: value } };
    case 3:
      if (note && Object.keys(note).length > 0)
        return { op: 'remove', path: `/note/${random.pick(Object.keys(note))}` };
      break;
    case 4:
      if (list && list.length > 0) return { op: 'remove', path: `/list/${random.below(list.length)}` };
      break;
    case 5:
      if (list && list.length > 0)
        return { op: 'replace', path: `/list/${random.below(list.length)}`, value };
      break;
    case 6:
      if (items && Object.keys(items).length > 0) {
        const path = `/items/${random.pick(Object.keys(items))}`;
        return random.chance(0.5) ? { op: 'remove', path } : { op: 'replace', path, value };
      }
      break;
    case 7:
      if (items) return { op: 'add', path: `/items/${value.slice(1, -1)}`, value };
      break;
  }
  return { op: 'add', path: `/list/${random.below((list?.length ?? 0) + 1)}`, value };
}

/** @param {unknown} value @returns {Set<string>} */
function tokensOf(value) {
  return new Set(JSON.stringify(value ?? null).match(/<[^>]*>/g) ?? []);
}

module.exports = { firstState, randomEdit, tokensOf };
