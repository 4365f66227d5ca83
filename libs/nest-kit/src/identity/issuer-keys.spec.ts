import { generateKeyPairSync } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IssuerKeys } from './issuer-keys';

function jwk(kid: string, more: object = {}): object {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...publicKey.export({ format: 'jwk' }), kid, ...more };
}

describe('IssuerKeys', () => {
  let server: Server;
  let issuer: string;
  let keys: object[];
  let requests: number;
  let up: boolean;
  const open: IssuerKeys[] = [];

  beforeEach(async () => {
    [keys, requests, up] = [[jwk('a')], 0, true];
    server = createServer((request, response) => {
      requests++;
      response.statusCode = up ? 200 : 500;
      const answer = request.url === '/keys' ? { keys } : { issuer, jwks_uri: `${issuer}/keys` };
      response.end(JSON.stringify(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.close();
    await new Promise((resolve) => server.close(resolve));
  });

  function issuerKeys(options: { cooldownMs?: number } = {}) {
    const subject = new IssuerKeys({ issuer, refreshMs: 3_600_000, ...options });
    open.push(subject);
    return subject;
  }

  it('fetches once for many who ask at the same time, and then knows', async () => {
    const subject = issuerKeys();
    const found = await Promise.all(Array.from({ length: 20 }, () => subject.find('ES256', 'a')));
    expect(found.every((key) => key?.type === 'public')).toBe(true);
    await subject.find('ES256', 'a');
    expect(requests).toBe(2);
  });

  it('asks for an unknown key once, and then not again for a while', async () => {
    const subject = issuerKeys();
    await subject.find('ES256', 'a');
    keys.push(jwk('b'));
    await expect(subject.find('ES256', 'b')).resolves.toBeUndefined();
    for (let n = 0; n < 50; n++) await expect(subject.find('ES256', `x${n}`)).resolves.toBeUndefined();
    expect(requests).toBe(2);
    const patient = issuerKeys({ cooldownMs: 0 });
    await patient.find('ES256', 'a');
    keys.push(jwk('c'));
    expect((await patient.find('ES256', 'c'))?.type).toBe('public');
  });

  it('reports vanished keys, and knows which are left', async () => {
    const subject = issuerKeys({ cooldownMs: 0 });
    let reports = 0;
    subject.onVanished = () => reports++;
    const old = await subject.find('ES256', 'a');
    expect(old && subject.has(old)).toBe(true);
    keys = [jwk('b')];
    await subject.find('ES256', 'b');
    expect(reports).toBe(1);
    expect(old && subject.has(old)).toBe(false);
    await expect(subject.find('ES256', 'a')).resolves.toBeUndefined();
  });

  it('is unavailable while the issuer cannot be asked, but not for keys it knows', async () => {
    up = false;
    const subject = issuerKeys({ cooldownMs: 0 });
    await expect(subject.find('ES256', 'a')).rejects.toMatchObject({ code: 'unavailable' });
    up = true;
    await subject.find('ES256', 'a');
    up = false;
    expect((await subject.find('ES256', 'a'))?.type).toBe('public');
    await expect(subject.find('ES256', 'b')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('takes no keys for something else, and none from an issuer of another name', async () => {
    keys = [jwk('a', { use: 'enc' }), { kty: 'oct', k: 'c2VjcmV0', kid: 'b' }];
    const subject = issuerKeys({ cooldownMs: 0 });
    await expect(subject.find('ES256', 'a')).resolves.toBeUndefined();
    await expect(subject.find('ES256', 'b')).resolves.toBeUndefined();
    const renamed = new IssuerKeys({ issuer: `${issuer}/`, refreshMs: 60_000 });
    await expect(renamed.find('ES256', 'a')).rejects.toMatchObject({ code: 'unavailable' });
    renamed.close();
  });

  it('needs no id where the issuer has one key', async () => {
    expect((await issuerKeys().find('ES256', undefined))?.type).toBe('public');
    keys.push(jwk('b'));
    await expect(issuerKeys().find('ES256', undefined)).resolves.toBeUndefined();
  });
});
