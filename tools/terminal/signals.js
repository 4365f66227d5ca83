// @ts-check
const fs = require('node:fs');

const NUMBERS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };

/**
 * Reports once that the person, or the system, wants this process to end. npm passes a Ctrl-C on that the terminal has
 * already delivered, so the same wish arrives twice; repeating it changes nothing.
 * @param {(signal: NodeJS.Signals) => void} onStop
 */
function onStopSignal(onStop) {
  let isReported = false;
  for (const signal of /** @type {(keyof typeof NUMBERS)[]} */ (Object.keys(NUMBERS))) {
    process.on(signal, () => {
      if (isReported) return;
      isReported = true;
      onStop(signal);
    });
  }
  watchNpm(() => process.emit('SIGTERM'));
}

/**
 * npm killed outright passes nothing on: its end is seen by this process, or the shell between them, getting another
 * parent.
 * @param {() => void} onGone
 */
function watchNpm(onGone) {
  if (!process.env['npm_lifecycle_event']) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

/**
 * The exit code a shell expects of a process ended by this signal.
 * @param {string} [signal]
 * @returns {number}
 */
function exitCodeFor(signal = '') {
  return 128 + (NUMBERS[/** @type {keyof typeof NUMBERS} */ (signal)] ?? 0);
}

module.exports = { onStopSignal, exitCodeFor };
