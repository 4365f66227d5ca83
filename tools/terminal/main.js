// @ts-check
const { Failure } = require('../process');

/**
 * Runs a command to its end: a failure is shown as its sentence, anything else is a bug and keeps its stack.
 * @param {() => Promise<number>} command answers the exit code
 */
async function main(command) {
  // The reader of the output may leave before we do, as in `npm start | head`.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
  // A forgotten server must not keep the terminal.
  process.exit();
}

module.exports = { main };
