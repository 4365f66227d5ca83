// @ts-check
const net = require('node:net');

/**
 * Whether a Redis server takes commands; one that still loads its data does not.
 * @param {number} port
 * @param {string | undefined} password
 * @returns {Promise<boolean>}
 */
function answersPing(port, password) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    let answer = '';
    /** @param {boolean} ready */
    const settle = (ready) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('+PONG')) settle(true);
      else if (/^-/m.test(answer)) settle(false);
    });
    socket.write(`${password ? command('AUTH', password) : ''}${command('PING')}`);
  });
}

/** @param {string[]} words */
function command(...words) {
  return [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join(
    '\r\n',
  );
}

module.exports = { answersPing };
