// @ts-check
const net = require('node:net');

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} head status line and headers
 * @property {number} length of the body in bytes, as it was sent
 * @property {string} text
 */

const endOfHead = Buffer.from('\r\n\r\n');

/**
 * A kept-alive HTTP connection with one request at a time, straight on the socket: a full client would cost more than
 * the servers it is to load, on the same processors.
 */
class Connection {
  #port;
  #head;
  /** @type {net.Socket | undefined} made anew where the server has closed one that was idle */
  #socket;
  /** @type {Buffer} */
  #received = Buffer.alloc(0);
  /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void } | undefined} */
  #waiting;

  /**
   * @param {number} port
   * @param {string} token
   */
  constructor(port, token) {
    this.#port = port;
    this.#head = `host: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n`;
    this.#socket = this.#connect();
  }

  #connect() {
    const socket = net.connect({ host: '127.0.0.1', port: this.#port, noDelay: true });
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#fail(new Error('The server has closed the connection.'));
    });
    return socket;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string} [body] JSON
   * @param {string} [headers] more header lines, each with its end
   * @returns {Promise<Answer>}
   */
  send(method, path, body, headers = '') {
    const content =
      body === undefined
        ? '\r\n'
        : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket ??= this.#connect();
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${headers}${content}`);
    });
  }

  close() {
    this.#socket?.destroy();
  }

  /** @param {Buffer} chunk */
  #receive(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headLength = this.#received.indexOf(endOfHead);
    if (headLength < 0) return;
    const head = this.#received.toString('latin1', 0, headLength);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) return this.#fail(new Error(`An answer without a length:\n${head}`));
    const start = headLength + endOfHead.length;
    const end = start + Number(length);
    if (this.#received.length < end) return;
    const answer = {
      status: Number(head.slice(9, 12)),
      head,
      length: Number(length),
      text: this.#received.toString('utf8', start, end),
    };
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }

  /** @param {Error} error */
  #fail(error) {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

module.exports = { Connection };
