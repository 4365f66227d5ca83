import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { freePort } from './service-process';

type SigningAlgorithm = 'RS256' | 'ES256';

/** A private key of an issuer, as a JWK. */
export type IssuerKey = Record<string, unknown> & { readonly kid: string; readonly alg: SigningAlgorithm };

/** Makes a key for an issuer. */
export function issuerKey(kid: string, alg: SigningAlgorithm): IssuerKey {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

/** A real OIDC issuer in a process of its own, whose keys may change. */
export class TestIssuer {
  #process: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  /** Starts an issuer on a free port. */
  static async start(keys: readonly IssuerKey[]): Promise<TestIssuer> {
    const issuer = new TestIssuer(await freePort());
    await issuer.restart(keys);
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it again at the same address, with other keys. */
  async restart(keys: readonly IssuerKey[]): Promise<void> {
    await this.stop();
    this.#process = spawn(process.execPath, [path.join(__dirname, '../issuer/issuer.mjs')], {
      env: {
        PATH: process.env['PATH'],
        ISSUER_PORT: String(this.port),
        ISSUER_JWKS: JSON.stringify({ keys }),
      },
      stdio: 'ignore',
    });
    const known = async () => (await fetch(`${this.url}/.well-known/openid-configuration`)).ok;
    await eventually(known, 'the issuer to be ready');
  }

  /** Asks for an access token, as the client `robot`. */
  async token(audience: string, alg: SigningAlgorithm): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'robot',
        client_secret: 'a-secret-of-the-robot',
        resource: `urn:test:${audience}:${alg}`,
        scope: 'state:read state:write state:approve',
      }),
    });
    const body = (await response.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(`The issuer gave no token: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  /** Ends it and waits until it is gone. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}
