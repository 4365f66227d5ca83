// @ts-check
const fs = require('node:fs');

/** Linux counts processor time for user space in hundredths of a second, independent of its own clock. */
const TICK_US = 10_000;

/**
 * The processor time a process has used so far, its threads included.
 * @param {number} pid
 * @returns {number} microseconds; NaN where the system does not say
 */
function cpuTime(pid) {
  return ticksOf(pid, [11, 12]) * TICK_US;
}

/**
 * The same, and that of the processes it has started and that have ended.
 * @param {number} pid
 */
function cpuTimeWithChildren(pid) {
  return ticksOf(pid, [11, 12, 13, 14]) * TICK_US;
}

/**
 * The same, and that of the children that still run: PostgreSQL has a process for each connection.
 * @param {number} pid
 */
function cpuTimeOfFamily(pid) {
  return cpuTimeWithChildren(pid) + cpuTimes(childrenOf(pid));
}

/** @param {number} pid */
function childrenOf(pid) {
  try {
    return fs
      .readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
}

/**
 * The process that started another one; 0 where that is not on this machine.
 * @param {number} pid
 */
function parentOf(pid) {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

/**
 * The memory that processes hold at the moment, what they share counted for each.
 * @param {readonly number[]} pids
 * @returns {number} bytes; NaN where the system does not say
 */
function memoryOf(pids) {
  return pids.reduce((sum, pid) => {
    try {
      const kib = /^VmRSS:\s*(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return sum + Number(kib) * 1_024;
    } catch {
      return Number.NaN;
    }
  }, 0);
}

/**
 * @param {number} pid
 * @param {number[]} places in /proc/<pid>/stat, counted from the state (proc_pid_stat(5))
 */
function ticksOf(pid, places) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return places.reduce((sum, place) => sum + Number(fields[place]), 0);
  } catch {
    return Number.NaN;
  }
}

/**
 * The processor time that processes have used so far.
 * @param {readonly number[]} pids
 * @returns {number} microseconds
 */
function cpuTimes(pids) {
  return pids.reduce((sum, pid) => sum + cpuTime(pid), 0);
}

module.exports = { cpuTimes, cpuTimeWithChildren, cpuTimeOfFamily, parentOf, memoryOf };
