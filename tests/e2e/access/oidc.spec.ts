import { createHmac, createPrivateKey, createPublicKey } from 'node:crypto';
import { eventually } from '@nexus-state/state-core/testing';
import {
  ApiClient,
  type IssuerKey,
  type ServiceProcess,
  TestIssuer,
  TestStack,
  issuerKey,
  testToken,
} from '@nexus-state/test-kit';
import { type SignOptions, sign } from 'jsonwebtoken';

const audience = 'nexus';
const panel = '/api/state/ws/panel';
const oldRsa = issuerKey('rsa-1', 'RS256');
const ec = issuerKey('ec-1', 'ES256');

let issuer: TestIssuer;
let stack: TestStack;
let api: ServiceProcess;

beforeAll(async () => {
  issuer = await TestIssuer.start([oldRsa, ec]);
  stack = await TestStack.create({
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: audience,
    OIDC_REFRESH_INTERVAL: '500ms',
    OIDC_COOLDOWN: '200ms',
  });
  api = await stack.start('state-api');
});
afterAll(async () => {
  await stack?.close();
  await issuer?.stop();
});

const read = (token: string) => new ApiClient(api.url, token).get(panel);

/** A token with claims of our choice, signed with a key of the issuer. */
function forged(key: IssuerKey, claims: object, options: SignOptions = {}): string {
  const privateKey = createPrivateKey({ key: key as never, format: 'jwk' });
  const common = { issuer: issuer.url, audience, subject: 'robot', expiresIn: 60 } as const;
  return sign(claims, privateKey, { algorithm: key.alg, keyid: key.kid, ...common, ...options });
}

it.each(['RS256', 'ES256'] as const)('takes the %s tokens of the issuer', async (alg) => {
  const robot = new ApiClient(api.url, await issuer.token(audience, alg));
  expect((await robot.post(`/api/state/ws/${alg}`, { initialState: {} })).status).toBe(201);
  const { history } = (await robot.get(`/api/state/ws/${alg}/history`)).body;
  expect(history[0].actor).toBe('robot');
});

it('goes on taking tokens of its own secret', async () => {
  expect((await read(testToken('somebody'))).status).toBe(404);
});

it('refuses tokens for another audience, of another issuer, or out of their time', async () => {
  expect((await read(forged(oldRsa, {}))).status).toBe(404);
  const other = issuerKey('rsa-1', 'RS256');
  const past = Math.floor(Date.now() / 1000) - 10;
  const bad = [
    await issuer.token('somebody-else', 'RS256'),
    forged(oldRsa, {}, { issuer: 'http://127.0.0.1:1' }),
    forged(oldRsa, {}, { expiresIn: -1 }),
    forged(oldRsa, { nbf: past + 3600 }),
    forged(other, {}),
    forged(oldRsa, {}, { subject: '' }),
    forged(oldRsa, {}, { keyid: 'unheard-of' }),
  ];
  for (const token of bad) {
    const answer = await read(token);
    expect([answer.status, answer.body.error]).toEqual([401, 'unauthorized']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
});

it("does not take the issuer's public key for a secret", async () => {
  const publicKey = createPublicKey({ key: oldRsa as never, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const claims = { iss: issuer.url, aud: audience, sub: 'robot' };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'HS256', kid: 'rsa-1' })}.${part(claims)}`;
  const token = `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`;
  expect((await read(token)).status).toBe(401);
});

it('follows the issuer to new keys, and forgets the old ones', async () => {
  const before = await issuer.token(audience, 'RS256');
  expect((await read(before)).status).toBe(404);
  const newRsa = issuerKey('rsa-2', 'RS256');
  await issuer.restart([newRsa, ec]);

  const after = await issuer.token(audience, 'RS256');
  await eventually(async () => (await read(after)).status === 404, 'the new key to be taken');
  await eventually(async () => (await read(before)).status === 401, 'the old key to be forgotten');
});

it('goes on with the keys it knows while the issuer is away, and says so of others', async () => {
  const known = forged(ec, { jti: 'never seen before' });
  await issuer.stop();
  expect((await read(known)).status).toBe(404);
  const unknown = forged(issuerKey('rsa-3', 'RS256'), {});
  await eventually(async () => (await read(unknown)).status === 503, 'the outage to be noticed');
  const answer = await read(unknown);
  expect([answer.body.error, answer.headers.get('retry-after')]).toEqual(['unavailable', '1']);
});
