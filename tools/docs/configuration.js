#!/usr/bin/env node
// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');

const page = path.join(paths.root, 'docs', 'configuration.md');
const built = [
  path.join(paths.root, 'libs', 'nest-kit', 'dist', 'config', 'settings.js'),
  path.join(paths.root, 'apps', 'console', 'dist', 'settings.js'),
];

const START =
  '<!-- settings: written by node tools/docs/configuration.js -->\n\n<!-- prettier-ignore-start -->\n\n';
const END = '\n<!-- prettier-ignore-end -->\n';

/**
 * A setting as the services read it.
 * @typedef {object} Setting
 * @property {readonly string[]} [choices]
 * @property {unknown} [default]
 * @property {string} [desc]
 * @property {string} [example]
 * @property {(input: string) => unknown} _parse throws what is wrong with an input
 */

/** @returns {Record<string, Setting>} */
function readSettings() {
  const missing = built.filter((file) => !fs.existsSync(file));
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is not built: run npm run build first.`);
  return Object.assign({}, ...built.map((file) => require(file).settings));
}

/**
 * The table of all settings, as Markdown.
 * @param {Record<string, Setting>} settings
 */
function settingsTable(settings) {
  const rows = Object.entries(settings).map(([name, setting]) => [
    `\`${name}\``,
    `${setting.desc}${setting.example ? ` Example: ${exampleOf(setting.example)}.` : ''}`,
    kindOf(setting),
    defaultOf(setting),
  ]);
  const lines = [['setting', 'what it does', 'value', 'default'], ['---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** @param {string} example */
function exampleOf(example) {
  const command = example.replace(/^output of: /, '');
  return command === example ? `\`${example}\`` : `the output of \`${command}\``;
}

/**
 * What may be set, in the words in which a wrong value is refused.
 * @param {Setting} setting
 */
function kindOf({ choices, _parse }) {
  if (choices) return `one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`;
  try {
    _parse('?');
    return 'text';
  } catch (error) {
    return /** @type {Error} */ (error).message
      .replace(/^must be /, '')
      .replace(/^must start with (\S+)/, 'address that starts with `$1`')
      .replace(/, e\.g\. .*$/, '');
  }
}

/** @type {readonly [string, number][]} */
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
];

/**
 * A duration in the largest unit that it is whole in, or in seconds.
 * @param {number} milliseconds
 */
function durationText(milliseconds) {
  const [unit, length] = units.find(([, each]) => milliseconds % each === 0) ?? ['s', 1_000];
  return `${milliseconds / length}${unit}`;
}

/** @param {Setting} setting */
function defaultOf(setting) {
  if (!('default' in setting)) return 'none: must be set';
  if (setting.default === undefined) return 'not set';
  const isDuration = typeof setting.default === 'number' && kindOf(setting).startsWith('a duration');
  const value = isDuration
    ? durationText(Number(setting.default))
    : typeof setting.default === 'string'
      ? setting.default
      : JSON.stringify(setting.default);
  return `\`${value}\``;
}

/**
 * The page with its table brought up to date.
 * @param {string} text
 * @param {string} table
 */
function withTable(text, table) {
  const [head, rest] = text.split(START);
  const tail = rest?.split(END)[1];
  if (head === undefined || tail === undefined) throw new Error(`${page} has lost its markers.`);
  return `${head}${START}${table}${END}${tail}`;
}

function main() {
  fs.writeFileSync(page, withTable(fs.readFileSync(page, 'utf8'), settingsTable(readSettings())));
}

if (require.main === module) main();

module.exports = { page, readSettings, settingsTable, withTable };
