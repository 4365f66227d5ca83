// @ts-check

const OLDEST = [20, 19, 0];

/**
 * What is wrong with a version of Node.js, or undefined. Nest 12 is made of ES modules that CommonJS code requires,
 * which older versions cannot do.
 * @param {string} version
 * @returns {string | undefined}
 */
function nodeVersionTrouble(version) {
  const actual = version.split('.').map(Number);
  const differs = OLDEST.findIndex((part, index) => actual[index] !== part);
  if (differs === -1 || Number(actual[differs]) > Number(OLDEST[differs])) return undefined;
  return `Node.js ${OLDEST.join('.')} or newer is needed; this is ${version}.`;
}

/** Ends this process when its Node.js is too old. To be called before anything is required that an old one cannot read. */
function requireRecentNode() {
  const trouble = nodeVersionTrouble(process.versions.node);
  if (!trouble) return;
  console.error(trouble);
  process.exit(1);
}

module.exports = { nodeVersionTrouble, requireRecentNode };
