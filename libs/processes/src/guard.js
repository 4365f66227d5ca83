// @ts-check
const { spawn } = require('node:child_process');
const path = require('node:path');

/** @type {import('node:stream').Writable | undefined} */
let input;

/**
 * One shell that outlives this process by a moment and ends what it left behind: a SIGKILL gives this process no
 * chance to do it itself, and a death signal reaches children but not grandchildren.
 */
function guardInput() {
  if (input) return input;
  const guard = spawn('/bin/sh', [path.join(__dirname, 'guard.sh')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  // @ts-expect-error a child's pipe is a socket, which the types do not say
  guard.stdin.unref();
  input = guard.stdin;
  return input;
}

/**
 * Has a process, or with `-pid` its group, ended should this process die without doing so.
 * @param {number} target
 * @param {string} signal the signal to end it with, without `SIG`
 */
function watch(target, signal) {
  guardInput().write(`add ${target} ${signal}\n`);
}

/**
 * Forgets a target that has ended, so that a later process of the same number is left alone.
 * @param {number} target
 */
function unwatch(target) {
  guardInput().write(`drop ${target}\n`);
}

module.exports = { watch, unwatch };
