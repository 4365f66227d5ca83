// @ts-check
const { Failure } = require('../process/failure');

/**
 * Runs a command to its end: a failure is shown as its sentence, anything else is a bug and keeps its stack.
 * @param {() => Promise<number>} command answers the exit code
 */
async function main(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
  // A server somebody forgot must not keep the terminal.
  process.exit();
}

module.exports = { main };
