// @ts-check
const { createVerifier } = require('fast-jwt');

/**
 * Checks a token, each time anew: what was verified once is not remembered.
 * @param {string} secret
 * @returns {(token: string) => boolean}
 */
function verifier(secret) {
  const verify = createVerifier({ key: secret, algorithms: ['HS256'] });
  return (token) => {
    try {
      verify(token);
      return true;
    } catch {
      return false;
    }
  };
}

/**
 * A hook that verifies the token of each request.
 * @param {string} secret
 * @returns {import('fastify').onRequestHookHandler}
 */
function authenticate(secret) {
  const isGood = verifier(secret);
  return (request, reply, done) => {
    if (isGood(request.headers.authorization?.slice('Bearer '.length) ?? '')) done();
    else void reply.code(401).send({ error: 'unauthorized' });
  };
}

module.exports = { authenticate, verifier };
