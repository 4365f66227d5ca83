// @ts-check
const { spawn } = require('node:child_process');
const { watch, unwatch } = require('./guard');

/**
 * @typedef {object} Exit
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 */

/**
 * @typedef {object} Child
 * @property {number} pid
 * @property {import('node:child_process').ChildProcess} process
 * @property {Promise<Exit>} exited settles once, and never rejects
 * @property {() => boolean} running
 * @property {(signal: NodeJS.Signals) => void} signal
 */

/**
 * Starts a process that ends with this one. It leads a group of its own, so that Ctrl-C in the terminal reaches only
 * the launcher, which then stops things in their order.
 * @param {string[]} argv
 * @param {import('node:child_process').SpawnOptions & { endWith?: string }} [options] `endWith`: the signal, without
 *   `SIG`, that ends it when this process dies
 * @returns {Promise<Child>}
 */
async function startChild(argv, { endWith = 'TERM', ...options } = {}) {
  const settings = { detached: true, ...options };
  const [command = '', ...args] = argv;
  const child = spawn(command, args, settings);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = /** @type {number} */ (child.pid);
  const target = settings.detached ? -pid : pid;
  watch(target, endWith);
  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    const settle = () => {
      unwatch(target);
      if (settings.detached) endGroup(pid);
      resolve({ code: child.exitCode, signal: child.signalCode });
    };
    if (child.exitCode !== null || child.signalCode !== null) settle();
    else child.once('exit', settle);
  });
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    pid,
    process: child,
    exited,
    running,
    signal: (signal) => {
      try {
        if (running()) process.kill(target, signal);
      } catch {
        // It ended between the question and the signal.
      }
    },
  };
}

/**
 * Ends what a process that is gone has left in its group.
 * @param {number} pid
 */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing was left.
  }
}

/**
 * Asks a child to end, each signal a little more firmly, and returns when it is gone.
 * @param {Child} child
 * @param {[signal: NodeJS.Signals, patienceInMs: number][]} steps SIGKILL follows the last of them
 */
async function stopChild(child, steps) {
  for (const [signal, patience] of steps) {
    if (!child.running()) break;
    child.signal(signal);
    if (await settlesWithin(child.exited, patience)) return child.exited;
  }
  child.signal('SIGKILL');
  return child.exited;
}

/**
 * @param {Promise<unknown>} promise
 * @param {number} ms
 * @returns {Promise<boolean>}
 */
async function settlesWithin(promise, ms) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return Boolean(settled);
}

module.exports = { startChild, stopChild, settlesWithin };
