#!/usr/bin/env node
// @ts-check
// Writes libs/contracts/src/schemas.json from the built classes of libs/contracts and the comments in their sources.
// With --check it only compares, and fails where the file is out of date.
const fs = require('node:fs');
const path = require('node:path');
const prettier = require('prettier');
const paths = require('../paths');
const { docComments } = require('./doc-comments');

const library = path.join(paths.root, 'libs', 'contracts');
const file = path.join(library, 'src', 'schemas.json');

/** @typedef {Record<string, any>} Schema */

/**
 * The JSON Schemas of every class with class-validator decorators, by name: what the decorators demand, and what the comments
 * say. Unknown fields are refused.
 * @returns {{ $defs: Record<string, Schema> }}
 */
function generateSchemas() {
  const built = path.join(library, 'dist', 'index.js');
  if (!fs.existsSync(built)) throw new Error('libs/contracts is not built: run npm run build first.');
  const contracts = require(built);
  const from = { paths: [library] };
  const { defaultMetadataStorage } = require(require.resolve('class-transformer/cjs/storage', from));
  const { validationMetadatasToSchemas } = require(require.resolve('class-validator-jsonschema', from));
  const schemas = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: '#/$defs/',
    // A date alone is no instant.
    additionalConverters: { isIso8601: { type: 'string', format: 'date-time' } },
  });
  const comments = docComments(path.join(library, 'src'));
  const described = Object.entries(schemas)
    .filter(([name]) => typeof contracts[name] === 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => [name, describe(schema, ancestryOf(contracts[name]), comments)]);
  return { $defs: Object.fromEntries(described) };
}

/**
 * @param {Schema} schema
 * @param {string[]} ancestry names of the class and those it extends, nearest first
 * @param {import('./doc-comments').DocComments} comments
 * @returns {Schema}
 */
function describe({ properties = {}, required, ...rest }, ancestry, comments) {
  const description = comments.get(ancestry[0] ?? '')?.text;
  const fields = Object.entries(properties).map(([field, schema]) => {
    const text = ancestry.map((name) => comments.get(name)?.fields.get(field)).find((found) => found);
    return [field, text ? { description: text, ...schema } : schema];
  });
  return {
    ...(description ? { description } : {}),
    ...rest,
    properties: Object.fromEntries(fields),
    ...(required ? { required } : {}),
    additionalProperties: false,
  };
}

/** @param {Function} shape */
function ancestryOf(shape) {
  const names = [];
  for (let at = shape; typeof at === 'function' && at.name; at = Object.getPrototypeOf(at))
    names.push(at.name);
  return names;
}

/** @returns {Promise<string>} the text of the file, as it has to be */
async function schemasText() {
  const options = (await prettier.resolveConfig(file)) ?? {};
  return prettier.format(JSON.stringify(generateSchemas()), { ...options, filepath: file });
}

/** @param {boolean} checkOnly whether to say that the file is out of date instead of writing it */
async function main(checkOnly) {
  const text = await schemasText();
  if (!checkOnly) return fs.writeFileSync(file, text);
  if (fs.readFileSync(file, 'utf8') !== text)
    throw new Error('libs/contracts/src/schemas.json is out of date: run node tools/contracts/main.js.');
}

main(process.argv.includes('--check')).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
