// @ts-check
const { Failure } = require('../process/failure');

const OLDEST = [20, 19, 0];

/**
 * Nest 12 is made of ES modules that CommonJS code requires, which older versions of Node.js cannot do.
 * @param {string} [version]
 */
function checkNodeVersion(version = process.versions.node) {
  const actual = version.split('.').map(Number);
  for (const [index, wanted] of OLDEST.entries()) {
    const part = actual[index] ?? 0;
    if (part > wanted) return;
    if (part < wanted)
      throw new Failure(`Node.js ${OLDEST.join('.')} or newer is needed; this is ${version}.`);
  }
}

module.exports = { checkNodeVersion };
