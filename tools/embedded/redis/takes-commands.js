// @ts-check
const net = require('node:net');

/**
 * Whether the Redis server of this process number takes commands. One that still loads its data does not, and on a
 * port that was taken somebody else's answers.
 * @param {number} pid
 * @param {number} port
 * @param {string | undefined} password
 * @returns {Promise<boolean>}
 */
function takesCommands(pid, port, password) {
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
      if (/^-/m.test(answer)) settle(false);
      else if (answer.includes('+PONG')) settle(answer.includes(`process_id:${pid}\r\n`));
    });
    socket.write(
      `${password ? command('AUTH', password) : ''}${command('INFO', 'server')}${command('PING')}`,
    );
  });
}

/** @param {string[]} words */
function command(...words) {
  return [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join(
    '\r\n',
  );
}

module.exports = { takesCommands };
