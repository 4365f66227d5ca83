import { type KeyObject, createHmac, generateKeyPairSync } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@nexus-state/state-core/testing';
import { type SignOptions, sign } from 'jsonwebtoken';
import { type TokenRules, TokenVerifier } from './token-verifier';

const secret = 'a-secret-with-more-than-thirty-two-bytes';
const audience = 'nexus';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const jwk = (key: KeyObject, kid: string): object => ({ ...key.export({ format: 'jwk' }), kid });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unauthorized = { code: 'unauthorized' };

/** An HMAC token made by hand: libraries refuse to sign with a public key. */
function hmacToken(header: object, claims: object, key: string | Buffer): string {
  const content = `${part(header)}.${part(claims)}`;
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

describe('TokenVerifier', () => {
  let server: Server;
  let issuer: string;
  let keys: object[];
  let up: boolean;
  const open: TokenVerifier[] = [];

  beforeEach(async () => {
    keys = [jwk(rsa.publicKey, 'r'), jwk(ec.publicKey, 'e')];
    up = true;
    server = createServer((request, response) => {
      response.statusCode = up ? 200 : 500;
      response.end(
        JSON.stringify(request.url === '/keys' ? { keys } : { issuer, jwks_uri: `${issuer}/keys` }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.close();
    await new Promise((resolve) => server.close(resolve));
  });

  function verifier(rules: Partial<TokenRules> = {}): TokenVerifier {
    const oidc = { issuer, audience, refreshMs: 50, cooldownMs: 0 };
    const made = new TokenVerifier({ secret, oidc, defaultScopes: ['state:read'], ...rules });
    open.push(made);
    return made;
  }

  const verify = async (subject: TokenVerifier, token: string) => subject.verify(token);

  const refused = (subject: TokenVerifier, token: string) =>
    verify(subject, token).then(
      () => false,
      (error: { code: string }) => error.code === 'unauthorized',
    );

  function issued(algorithm: 'RS256' | 'ES256', options: SignOptions = {}, claims: object = {}): string {
    const [key, keyid] = algorithm === 'RS256' ? [rsa.privateKey, 'r'] : [ec.privateKey, 'e'];
    return sign(claims, key, { algorithm, keyid, issuer, audience, subject: 'u', expiresIn: 60, ...options });
  }

  it('takes tokens of the secret and of the issuer beside each other', async () => {
    const subject = verifier();
    for (const token of [sign({ sub: 'u' }, secret), issued('RS256'), issued('ES256')]) {
      const principal = await verify(subject, token);
      expect(principal.subject).toBe('u');
      expect(subject.verify(token)).toBe(principal);
    }
  });

  it('takes only tokens of what is configured', async () => {
    await expect(verify(verifier({ secret: undefined }), sign({ sub: 'u' }, secret))).rejects.toMatchObject(
      unauthorized,
    );
    await expect(verify(verifier({ oidc: undefined }), issued('RS256'))).rejects.toMatchObject(unauthorized);
  });

  it.each<[string, SignOptions]>([
    ['another issuer', { issuer: 'https://elsewhere.example' }],
    ['another audience', { audience: 'somebody-else' }],
    ['an end that is past', { expiresIn: -1 }],
    ['a start that is to come', { notBefore: 60 }],
    ['an unknown key', { keyid: 'unknown' }],
    ['the key of the other algorithm', { keyid: 'e' }],
    ['another algorithm of the same key', { algorithm: 'RS512' }],
    ['an empty subject', { subject: '' }],
    ['a subject that cannot be stored', { subject: 'a\u0000b' }],
  ])('refuses a token of the issuer with %s', async (_, options) => {
    await expect(verify(verifier(), issued('RS256', options))).rejects.toMatchObject(unauthorized);
  });

  it('refuses tokens of the issuer without issuer, audience or subject', async () => {
    const whole = { iss: issuer, aud: audience, sub: 'u' };
    const signed = (claims: object) => sign(claims, rsa.privateKey, { algorithm: 'RS256', keyid: 'r' });
    const subject = verifier();
    await expect(verify(subject, signed(whole))).resolves.toMatchObject({ subject: 'u' });
    for (const name of Object.keys(whole)) {
      await expect(verify(subject, signed({ ...whole, [name]: undefined }))).rejects.toMatchObject(
        unauthorized,
      );
    }
  });

  it("does not take the issuer's public key for a secret, with or without a secret of its own", async () => {
    const claims = { iss: issuer, aud: audience, sub: 'u' };
    const forms = [
      rsa.publicKey.export({ type: 'spki', format: 'pem' }),
      rsa.publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(keys[0]),
    ];
    for (const subject of [verifier(), verifier({ secret: undefined })]) {
      await verify(subject, issued('RS256'));
      for (const key of forms) {
        for (const alg of ['HS256', 'RS256', 'none']) {
          const token = hmacToken({ alg, kid: 'r', typ: 'JWT' }, claims, key);
          await expect(verify(subject, token)).rejects.toMatchObject(unauthorized);
        }
      }
    }
  });

  it.each([
    'nonsense',
    'a.b.c',
    `${part({ alg: 'none' })}.${part({ sub: 'u' })}.`,
    `${part({ alg: ['HS256'] })}.e30.x`,
    `${part({ alg: 'RS256', kid: {} })}.e30.x`,
    `${part({ alg: '__proto__' })}.e30.x`,
    `${part({})}.e30.x`,
    'bnVsbA.e30.x',
  ])('refuses %s', async (token) => {
    await expect(verify(verifier(), token)).rejects.toMatchObject(unauthorized);
  });

  it('refuses a signed token that holds no claims', async () => {
    const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${Buffer.from('null').toString('base64url')}`;
    const token = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    await expect(verify(verifier(), token)).rejects.toMatchObject(unauthorized);
  });

  it('forgets the tokens of a key that was withdrawn, and no others', async () => {
    const subject = verifier();
    const [gone, kept, own] = [issued('RS256'), issued('ES256'), sign({ sub: 'u' }, secret)];
    for (const token of [gone, kept, own]) await verify(subject, token);
    const [keptPrincipal, ownPrincipal] = [subject.verify(kept), subject.verify(own)];
    keys = [jwk(ec.publicKey, 'e')];
    await eventually(() => refused(subject, gone), 'the token to be forgotten');
    expect([subject.verify(kept), subject.verify(own)]).toEqual([keptPrincipal, ownPrincipal]);
  });

  it('forgets the tokens of a key that was replaced under its name', async () => {
    const subject = verifier();
    const token = issued('RS256');
    await verify(subject, token);
    keys = [jwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, 'r')];
    await eventually(() => refused(subject, token), 'the token to be forgotten');
  });

  it('goes on with known keys while the issuer is away, and says so of unknown ones', async () => {
    const subject = verifier();
    await verify(subject, issued('RS256'));
    up = false;
    await expect(verify(subject, issued('RS256', { jwtid: 'new' }))).resolves.toMatchObject({ subject: 'u' });
    const unknown = issued('RS256', { keyid: 'unknown' });
    await expect(verify(subject, unknown)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(verify(verifier(), issued('RS256'))).rejects.toMatchObject({ code: 'unavailable' });
    await expect(verify(verifier(), sign({ sub: 'u' }, secret))).resolves.toMatchObject({ subject: 'u' });
  });
});
