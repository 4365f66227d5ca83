// @ts-check
const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { Failure } = require('../process/failure');
const { isAlive } = require('../process/identity');
const { run } = require('../process/run');

/**
 * Ends a server that an earlier, killed launcher left running in a data folder; two servers on one folder would
 * ruin it. A process that merely has the number in the file is left alone.
 * @param {object} leftover
 * @param {string} leftover.pidFile whose first line is the server's number
 * @param {string} leftover.dataDir
 * @param {string} leftover.program what the process is called
 * @param {NodeJS.Signals} leftover.signal what ends it in good order
 */
async function endLeftover({ pidFile, dataDir, program, signal }) {
  const pid = readPid(pidFile);
  if (!pid || !isAlive(pid)) return;
  if (!(await worksIn(pid, dataDir, program))) {
    fs.rmSync(pidFile, { force: true });
    return;
  }
  process.kill(pid, signal);
  for (let waited = 0; waited < 15_000 && isAlive(pid); waited += 50) await sleep(50);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  for (let waited = 0; waited < 5_000 && isAlive(pid); waited += 50) await sleep(50);
}

/** @param {string} pidFile */
function readPid(pidFile) {
  try {
    return Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @param {string} dataDir
 * @param {string} program
 */
async function worksIn(pid, dataDir, program) {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(dataDir);
  } catch {
    const { output } = await run(['ps', '-o', 'command=', '-p', String(pid)]);
    return output.includes(program);
  }
}

/**
 * Refuses a data folder this user may not enter, before a server refuses it in words of its own.
 * @param {string} dataDir
 */
function checkAccess(dataDir) {
  if (!fs.existsSync(dataDir)) return;
  try {
    fs.accessSync(dataDir, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw new Failure(
      `${dataDir} belongs to another user: start as that user, or name another folder with --data.`,
    );
  }
}

module.exports = { checkAccess, endLeftover };
