// @ts-check
const path = require('node:path');
const ts = require('typescript');
const paths = require('../paths');

/** @typedef {import('./render').KubernetesObject} KubernetesObject */

/** Where the package of types keeps an API group; the group before the first dot, else the legacy one. */
const folderOf = (/** @type {string} */ apiVersion) => {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse();
  return `${group.split('.')[0]}/${version}`;
};

/**
 * Checks objects against the types of the Kubernetes API (generated from its OpenAPI description): fields that do not
 * exist, values of a wrong type, and required fields that are missing. Written as literals, objects may have no field
 * that their type does not know.
 * @param {KubernetesObject[]} objects
 * @returns {string[]} what is wrong, each with the object that it is in; empty when nothing is
 */
function mistakesIn(objects) {
  const lines = objects.map(
    (object, index) =>
      `export const object${index}: import('kubernetes-types/${folderOf(object.apiVersion)}').${object.kind} = ${JSON.stringify(object)};`,
  );
  const file = path.join(paths.root, 'tools', 'deployment', 'rendered-objects.ts');
  const options = {
    noEmit: true,
    strict: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    skipLibCheck: true,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...more) =>
    name === file
      ? ts.createSourceFile(name, lines.join('\n'), ts.ScriptTarget.ES2022)
      : getSourceFile(name, ...more);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], options, host))
    .map(({ file: source, start, messageText }) => {
      const line = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line : -1;
      const { kind, metadata } = objects[line] ?? { kind: 'all', metadata: { name: '' } };
      return `${kind} ${metadata.name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
}

module.exports = { mistakesIn };
