// @ts-check
const crypto = require('node:crypto');

const DAY_S = 24 * 60 * 60;

/**
 * A JSON Web Token for development (RFC 7519, HS256), which may do everything.
 * @param {string} secret
 * @param {number} [nowMs]
 * @param {string} [subject]
 * @returns {string}
 */
function developmentToken(secret, nowMs = Date.now(), subject = 'dev') {
  const issuedAt = Math.floor(nowMs / 1000);
  const header = { alg: 'HS256', typ: 'JWT' };
  const claims = {
    sub: subject,
    scope: 'state:read state:write state:approve state:admin',
    iat: issuedAt,
    exp: issuedAt + 30 * DAY_S,
  };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${crypto.createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

module.exports = { developmentToken };
