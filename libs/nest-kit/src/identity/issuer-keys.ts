import { type JsonWebKey, type KeyObject, createPublicKey } from 'node:crypto';
import { Unavailable } from '@nexus-state/state-core';

/** The algorithms that tokens of an issuer may be signed with. */
export type IssuerAlgorithm = 'RS256' | 'ES256';

/** Where keys come from, and how often. */
export interface IssuerKeysOptions {
  /** The issuer, exactly as it names itself. */
  readonly issuer: string;
  /** The pause between two refreshes of the keys; 5 minutes by default. */
  readonly refreshMs?: number;
  /** The least time between two fetches for unknown keys; 10 seconds by default. */
  readonly cooldownMs?: number;
  /** How long one fetch may take; 4 seconds by default. */
  readonly timeoutMs?: number;
  /** Called for every failed fetch. */
  readonly onFailure?: (error: unknown) => void;
}

interface IssuerKey {
  readonly kid: string | undefined;
  readonly algorithm: IssuerAlgorithm;
  readonly key: KeyObject;
}

/** RFC 7518, section 3.3: RS256 is not to be used with less. */
const minRsaBits = 2048;

/**
 * The public keys of an OIDC issuer, found by discovery. They are fetched when the first token asks for one and kept up
 * to date from then on; while the issuer is away, those that are known go on working.
 */
export class IssuerKeys {
  readonly #options: Required<Omit<IssuerKeysOptions, 'onFailure'>> & Pick<IssuerKeysOptions, 'onFailure'>;
  #keys: readonly IssuerKey[] = [];
  #fetching: Promise<void> | undefined;
  #failed = false;
  #askedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** Called after a refresh in which keys have vanished. */
  onVanished: (() => void) | undefined;

  constructor(options: IssuerKeysOptions) {
    this.#options = { refreshMs: 300_000, cooldownMs: 10_000, timeoutMs: 4_000, ...options };
  }

  /**
   * The key of a token.
   * @param kid the key the token names; one that names none gets the issuer's only key for the algorithm
   * @returns undefined when the issuer has no such key
   * @throws Unavailable when the key is not known and the issuer cannot be asked
   */
  async find(algorithm: IssuerAlgorithm, kid: string | undefined): Promise<KeyObject | undefined> {
    const known = this.#known(algorithm, kid);
    if (known) return known;
    if (this.#fetching || performance.now() - this.#askedAt >= this.#options.cooldownMs) {
      this.#askedAt = performance.now();
      await this.#refresh();
    }
    const found = this.#known(algorithm, kid);
    if (!found && this.#failed) throw new Unavailable('The issuer of the token');
    return found;
  }

  /** Whether a key is still one of the issuer's, as far as is known. */
  has(key: KeyObject): boolean {
    return this.#keys.some((known) => known.key === key);
  }

  /** Stops looking for new keys. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  #known(algorithm: IssuerAlgorithm, kid: string | undefined): KeyObject | undefined {
    const fitting = this.#keys.filter(
      (known) => known.algorithm === algorithm && (kid === undefined || known.kid === kid),
    );
    return kid === undefined && fitting.length > 1 ? undefined : fitting[0]?.key;
  }

  /** GitFetches the keys, once for all who ask meanwhile. Never rejects: what is known stays when it fails. */
  #refresh(): Promise<void> {
    this.#fetching ??= this.#fetch()
      .then(
        (keys) => {
          this.#failed = false;
          this.#replace(keys);
        },
        (error: unknown) => {
          this.#failed = true;
          this.#options.onFailure?.(error);
        },
      )
      .finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  #replace(keys: readonly IssuerKey[]): void {
    const before = this.#keys;
    // A key that is still there stays the same object: cached tokens remember the object they were verified with.
    this.#keys = keys.map((fresh) => before.find((old) => isSame(old, fresh)) ?? fresh);
    if (before.some((old) => !this.#keys.includes(old))) this.onVanished?.();
    if (!this.#timer && !this.#closed) {
      this.#timer = setInterval(() => void this.#refresh(), this.#options.refreshMs).unref();
    }
  }

  async #fetch(): Promise<IssuerKey[]> {
    const { issuer } = this.#options;
    const discovery = await this.#json(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    if (discovery['issuer'] !== issuer) {
      throw new Error(
        `The discovery document names the issuer ${String(discovery['issuer'])}, not ${issuer}.`,
      );
    }
    const { keys } = await this.#json(String(discovery['jwks_uri']));
    if (!Array.isArray(keys)) throw new Error('The key set of the issuer has no list of keys.');
    return keys.map(readKey).filter((key) => key !== undefined);
  }

  async #json(url: string): Promise<Record<string, unknown>> {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(this.#options.timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${url} responded with ${response.status}.`);
    }
    const content: unknown = await response.json();
    if (!isRecord(content)) throw new Error(`${url} did not respond with an object.`);
    return content;
  }
}

/** A key of a key set; undefined when it is none that verifies RS256 or ES256. */
function readKey(jwk: unknown): IssuerKey | undefined {
  if (!isRecord(jwk) || (jwk['use'] !== undefined && jwk['use'] !== 'sig')) return undefined;
  const algorithm = algorithmOf(jwk);
  if (!algorithm || (jwk['alg'] !== undefined && jwk['alg'] !== algorithm)) return undefined;
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    if (algorithm === 'RS256' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < minRsaBits)
      return undefined;
    return { kid: typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined, algorithm, key };
  } catch {
    return undefined;
  }
}

// By the kind of the key and never by what a token says: a key serves one algorithm only.
function algorithmOf(jwk: Record<string, unknown>): IssuerAlgorithm | undefined {
  if (jwk['kty'] === 'RSA') return 'RS256';
  return jwk['kty'] === 'EC' && jwk['crv'] === 'P-256' ? 'ES256' : undefined;
}

function isSame(one: IssuerKey, other: IssuerKey): boolean {
  return one.kid === other.kid && one.algorithm === other.algorithm && one.key.equals(other.key);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
