// @ts-check
const fs = require('node:fs');

const LOOK_EVERY_MS = 250;
const AT_ONCE = 256 * 1024;

/** Pino's levels 50 and 60, as JSON lines and as pino-pretty prints them. */
const SERIOUS = /"level":(?:5|6)0\b|"level":"(?:error|fatal)"|\b(?:ERROR|FATAL)\b/;

/**
 * Shows what is written to a log file. The service writes to the file itself, so neither its speed nor its log
 * depends on this process.
 * @param {string} file
 * @param {{ all: boolean, show: (line: string) => void }} options `all`: every line, else only errors
 * @returns {{ stop: () => void }}
 */
function followLog(file, { all, show }) {
  let position = 0;
  let rest = '';
  const buffer = Buffer.alloc(AT_ONCE);
  const look = () => {
    const handle = fs.openSync(file, 'r');
    try {
      for (let read; (read = fs.readSync(handle, buffer, 0, AT_ONCE, position)) > 0;) {
        position += read;
        take(buffer.toString('utf8', 0, read));
        if (read < AT_ONCE) break;
      }
    } finally {
      fs.closeSync(handle);
    }
  };
  /** @param {string} text */
  const take = (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (!all && !SERIOUS.test(text) && !SERIOUS.test(lines[0] ?? '')) return;
    for (const line of lines) if (line && (all || SERIOUS.test(line))) show(line);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      look();
    },
  };
}

/**
 * The last lines of a file, for when its writer has died.
 * @param {string} file
 * @param {number} count
 * @returns {string[]}
 */
function lastLines(file, count) {
  const size = fs.statSync(file).size;
  const buffer = Buffer.alloc(Math.min(size, 64 * 1024));
  const handle = fs.openSync(file, 'r');
  fs.readSync(handle, buffer, 0, buffer.length, size - buffer.length);
  fs.closeSync(handle);
  return buffer.toString('utf8').trimEnd().split('\n').slice(-count);
}

module.exports = { followLog, lastLines };
