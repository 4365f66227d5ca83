// @ts-check
const jwt = require('jsonwebtoken');
const { developmentToken } = require('./token');

describe('the development token', () => {
  it('is one that a JWT library accepts', () => {
    const claims = jwt.verify(developmentToken('a secret'), 'a secret', { algorithms: ['HS256'] });
    expect(claims).toMatchObject({ sub: 'dev', scope: 'state:read state:write state:approve state:admin' });
  });

  it('is good for 30 days', () => {
    const token = developmentToken('a secret', Date.UTC(2030, 0, 1));
    const { iat, exp } = /** @type {jwt.JwtPayload} */ (jwt.decode(token));
    expect(new Date(Number(iat) * 1000).toISOString()).toBe('2030-01-01T00:00:00.000Z');
    expect(new Date(Number(exp) * 1000).toISOString()).toBe('2030-01-31T00:00:00.000Z');
  });
});
