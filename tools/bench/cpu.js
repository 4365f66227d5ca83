// @ts-check
const fs = require('node:fs');

/** Linux counts processor time for user space in hundredths of a second, whatever its own clock. */
const TICK_US = 10_000;

/**
 * The processor time a process has used so far, its threads included.
 * @param {number} pid
 * @returns {number} microseconds; NaN where the system does not tell
 */
function cpuTime(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return Number.NaN;
  }
}

module.exports = { cpuTime };
