// @ts-check
const { Failure } = require('../process');

/**
 * The forms of a name.
 * @typedef {object} Names
 * @property {string} file `rename-panel`
 * @property {string} type `RenamePanel`
 * @property {string} value `renamePanel`
 * @property {string} words `rename panel`
 */

/**
 * Reads a name that is written as files are named.
 * @param {string | undefined} text
 * @param {string} what what it names, for the refusal
 * @returns {Names}
 * @throws {Failure} when it is written in another way
 */
function namesOf(text, what) {
  if (!text || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text))
    throw new Failure(
      `The ${what} is ${text ?? 'missing'}: write it in lower case with hyphens, as in rename-panel.`,
    );
  const parts = text.split('-');
  const type = parts.map((part) => `${part[0]?.toUpperCase()}${part.slice(1)}`).join('');
  return { file: text, type, value: `${type[0]?.toLowerCase()}${type.slice(1)}`, words: parts.join(' ') };
}

/**
 * Reads which of some names is meant.
 * @param {string | undefined} text
 * @param {string[]} known
 * @param {string} what
 * @returns {string}
 * @throws {Failure} when it is none of them
 */
function oneOf(text, known, what) {
  if (text && known.includes(text)) return text;
  throw new Failure(`The ${what} is ${text ?? 'missing'}: it is one of ${known.join(', ')}.`);
}

module.exports = { namesOf, oneOf };
