// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { Failure, run } = require('../process');

/**
 * A line that a file gets.
 * @typedef {object} Insertion
 * @property {string} file
 * @property {string} line
 * @property {string} [after] the text of the line that it follows; without one it is the last
 */

/**
 * What a generator makes.
 * @typedef {object} Generated
 * @property {Record<string, string>} files new files, by their path from the top of the checkout
 * @property {Insertion[]} insertions
 * @property {string[]} next what is left for the author
 */

/**
 * Writes what a generator makes, formatted. It checks everything first, so that a refusal leaves the checkout as it was.
 * @param {string} root
 * @param {Generated} generated
 * @throws {Failure} when a file is there already, or a line is not where it belongs
 */
async function write(root, { files, insertions }) {
  for (const file of Object.keys(files))
    if (fs.existsSync(path.join(root, file)))
      throw new Failure(`${file} is there already: choose another name, or remove it.`);
  /** @type {Map<string, string>} */
  const changed = new Map();
  for (const insertion of insertions) {
    const text = changed.get(insertion.file) ?? readText(path.join(root, insertion.file));
    changed.set(insertion.file, inserted(text, insertion));
  }
  for (const [file, text] of [...Object.entries(files), ...changed]) {
    const place = path.join(root, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, text.trimStart());
  }
  await format([...Object.keys(files), ...changed.keys()].map((file) => path.join(root, file)));
}

/** @param {string[]} files */
async function format(files) {
  const prettier = path.join(paths.nodeModules, 'prettier', 'bin', 'prettier.cjs');
  const options = ['--config', path.join(paths.root, '.prettierrc.json'), '--write'];
  const { code, output } = await run([process.execPath, prettier, ...options, ...files]);
  if (code !== 0) throw new Failure(`The new files could not be formatted: ${output}`);
}

/** @param {string} file */
function readText(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

/**
 * @param {string} text
 * @param {Insertion} insertion
 */
function inserted(text, { file, line, after }) {
  if (after === undefined) return `${text}${line}\n`;
  const lines = text.split('\n');
  const place = lines.findIndex((one) => one.trim().startsWith(after));
  if (place === -1) throw new Failure(`${file} has no line that begins with ${after}: add ${line} by hand.`);
  lines.splice(place + 1, 0, line);
  return lines.join('\n');
}

module.exports = { write };
