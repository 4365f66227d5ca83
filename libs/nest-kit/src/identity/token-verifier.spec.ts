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
    ['another audience', { audience: 'another-service' }],
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

  it.each<[string, object]>([
    ['crit', { crit: ['b64'] }],
    ['crit that names a known parameter', { crit: ['alg'] }],
    ['crit that is empty', { crit: [] }],
    ['crit that is null', { crit: null }],
    ['a payload that is not encoded', { b64: false }],
    ['crit and b64', { crit: ['b64'], b64: true }],
    ['the type of a logout token', { typ: 'logout+jwt' }],
    ['the type of a DPoP proof', { typ: 'dpop+jwt' }],
    ['a type that is no text', { typ: 7 }],
    ['a type that is null', { typ: null }],
    ['a key id that is a number', { kid: 7 }],
    ['a key id that is null', { kid: null }],
  ])('refuses %s in the header of a token that is signed well', async (_, header) => {
    const token = hmacToken({ alg: 'HS256', ...header }, { sub: 'u' }, secret);
    await expect(verify(verifier(), token)).rejects.toMatchObject(unauthorized);
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined])(
    'takes a token of the type %s',
    async (typ) => {
      const token = hmacToken({ alg: 'HS256', typ }, { sub: 'u' }, secret);
      await expect(verify(verifier(), token)).resolves.toMatchObject({ subject: 'u' });
    },
  );

  it('ignores the keys that a token brings along', async () => {
    const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const claims = { iss: issuer, aud: audience, sub: 'u' };
    for (const kid of ['r', 'own']) {
      for (const brought of [
        { jwk: jwk(own.publicKey, kid) },
        { jku: `${issuer}/keys` },
        { x5u: `${issuer}/keys` },
        { x5c: [own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] },
      ]) {
        const header = { alg: 'RS256', kid, ...brought };
        const token = sign(claims, own.privateKey, { algorithm: 'RS256', header });
        await expect(verify(verifier(), token)).rejects.toMatchObject(unauthorized);
        const good = sign(claims, rsa.privateKey, { algorithm: 'RS256', header: { ...header, kid: 'r' } });
        await expect(verify(verifier(), good)).resolves.toMatchObject({ subject: 'u' });
      }
    }
  });

  it('takes a token of the issuer that is meant for several, and none that is not meant for us', async () => {
    const meantFor = (aud: string[]) => issued('RS256', { audience: aud });
    await expect(verify(verifier(), meantFor(['others', audience]))).resolves.toMatchObject({ subject: 'u' });
    for (const aud of [['others'], [], [`${audience} `], [audience.toUpperCase()]])
      await expect(verify(verifier(), meantFor(aud))).rejects.toMatchObject(unauthorized);
  });

  it('takes a token in its one canonical form only', async () => {
    const subject = verifier();
    const token = hmacToken({ alg: 'HS256', typ: 'JWT' }, { sub: 'u' }, secret);
    await expect(verify(subject, token)).resolves.toMatchObject({ subject: 'u' });
    const [header = '', claims = '', signature = ''] = token.split('.');
    // 32 bytes leave two bits of the last letter without a meaning.
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = last[last.indexOf(signature.at(-1) as string) + 1] as string;
    for (const variant of [
      `${header}.${claims}.${signature.slice(0, -1)}${twin}`,
      `${header}.${claims}.${signature}=`,
      `${header}.${claims}.${signature}.`,
      `${header}.${claims}.${signature}.x`,
      `${header}=.${claims}.${signature}`,
      `${header} .${claims}.${signature}`,
      `${header}\n.${claims}.${signature}`,
      `${header}.${claims}.`,
      `${header}..${signature}`,
      `.${claims}.${signature}`,
      `${header}.${claims}`,
      token.replaceAll('-', '+').replaceAll('_', '/') + ' ',
    ]) {
      await expect(verify(subject, variant)).rejects.toMatchObject(unauthorized);
    }
  });

  it('counts the last of two members of the same name, for the key and for the claims', async () => {
    const signed = (header: string, claims: string) => {
      const content = [header, claims].map((text) => Buffer.from(text).toString('base64url')).join('.');
      return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    };
    const subject = verifier();
    const good = signed('{"alg":"none","alg":"HS256"}', '{"sub":"a","sub":"b"}');
    await expect(verify(subject, good)).resolves.toMatchObject({ subject: 'b' });
    const bad = signed('{"alg":"HS256","alg":"none"}', '{"sub":"a"}');
    await expect(verify(subject, bad)).rejects.toMatchObject(unauthorized);
  });

  it('refuses claims that are not UTF-8, which would make two subjects one', async () => {
    const claims = Buffer.from([...Buffer.from('{"sub":"a'), 0xff, ...Buffer.from('"}')]).toString(
      'base64url',
    );
    const content = `${part({ alg: 'HS256' })}.${claims}`;
    const token = `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
    await expect(verify(verifier(), token)).rejects.toMatchObject(unauthorized);
  });

  it.each<[string, object]>([
    ['ends in the second that is running', { exp: Math.floor(Date.now() / 1000) - 0.001 }],
    ['ends never', { exp: '1e400' }],
    ['ends at no number', { exp: null }],
    ['was issued at no number', { iat: 'today' }],
    ['begins at no number', { nbf: [1] }],
    ['has a subject of 2,800 characters', { sub: 'x'.repeat(2800) }],
  ])('refuses a token that %s', async (_, claims) => {
    const content = [{ alg: 'HS256' }, { sub: 'u', ...claims }].map((value) =>
      Buffer.from(JSON.stringify(value).replace('"1e400"', '1e400')).toString('base64url'),
    );
    const signature = createHmac('sha256', secret).update(content.join('.')).digest('base64url');
    await expect(verify(verifier(), [...content, signature].join('.'))).rejects.toMatchObject(unauthorized);
  });

  it('takes a token whose end is too far away for a date', async () => {
    const token = hmacToken({ alg: 'HS256' }, { sub: 'u', exp: 1e15 }, secret);
    const subject = verifier();
    const principal = await verify(subject, token);
    expect(principal.expiresAt).toBe(1e15);
    expect(subject.verify(token)).toBe(principal);
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
