// @ts-check
const { parseAllDocuments } = require('yaml');
const { Failure, run } = require('../process');
const { findKustomize } = require('./kustomize');

/**
 * An object of Kubernetes, as a manifest has it.
 * @typedef {{ apiVersion: string, kind: string, metadata: { name: string, namespace?: string }, [more: string]: any }} KubernetesObject
 */

/**
 * What a folder with a kustomization.yaml comes to.
 * @param {string} folder
 * @returns {Promise<KubernetesObject[]>}
 * @throws Failure with what kustomize said, which it also does about what is deprecated
 */
async function render(folder) {
  const command = await findKustomize((message) => console.log(`  ${message}`));
  const { code, output } = await run([...command, folder]);
  if (code !== 0 || /^#? ?Warning/m.test(output)) {
    throw new Failure(`${folder} cannot be rendered:\n${output.split('\n').slice(0, 20).join('\n')}`);
  }
  return parseAllDocuments(output).map((document) => document.toJS());
}

module.exports = { render };
