// @ts-check
const { sign } = require('jsonwebtoken');
const { expectStatus } = require('./load/requests');

/**
 * Requests of one user with JSON in and out, for what is not measured operation by operation.
 * @param {number} port
 * @param {string} token
 * @returns {(method: string, path: string, body?: object) => Promise<any>} the path is that below `/api`
 */
function jsonClient(port, token) {
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${port}/api${path}`, { method, headers, ...content });
    const text = await answer.text();
    expectStatus(answer.ok ? answer.status : 200, { status: answer.status, text });
    return JSON.parse(text);
  };
}

/**
 * A token of a user of the bench.
 * @param {string} user
 * @param {string} secret
 */
function tokenOf(user, secret) {
  return sign({ sub: user }, secret, { algorithm: 'HS256', expiresIn: '1d' });
}

module.exports = { jsonClient, tokenOf };
