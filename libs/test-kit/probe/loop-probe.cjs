// Loaded into a service before its own code (NODE_OPTIONS=--require): measures how long it holds its event loop.
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { isMainThread } = require('node:worker_threads');

/** How often it looks, in milliseconds: between two looks there is one turn of a loop that is busy, or there are short ones. */
const everyMs = 5;

/**
 * The time that a processor has spent on this thread, in milliseconds: that of other threads and processes does not count.
 * Where the system does not tell it, the time that has passed.
 */
function spentMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

if (isMainThread) {
  let longestMs = 0;
  let before = spentMs();
  const look = () => {
    const now = spentMs();
    longestMs = Math.max(longestMs, now - before);
    before = now;
  };
  setInterval(look, everyMs).unref();
  const server = createServer((_request, response) => {
    look();
    // No client takes up a connection that is just being closed.
    response.setHeader('connection', 'close');
    response.end(JSON.stringify({ longestMs }));
    longestMs = 0;
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`loop probe on port ${server.address().port}.\n`));
  server.unref();
}
