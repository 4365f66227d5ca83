// @ts-check
const path = require('node:path');
const { Failure, run } = require('../process');

/**
 * Brings the database to the schema of this version.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
async function migrate(root, env) {
  const script = path.join(root, 'libs', 'adapters', 'postgres', 'dist', 'migrate.js');
  const { code, output } = await run([process.execPath, script], { env, cwd: root });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure('The migration of the database failed; see the error above.');
}

module.exports = { migrate };
