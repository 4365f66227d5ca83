import { type KeyObject, createSecretKey } from 'node:crypto';
import { Unavailable, userIdRule } from '@nexus-state/state-core';
import { Unauthorized } from './unauthorized';
import { Strategy } from 'passport-jwt';
import { type IssuerAlgorithm, IssuerKeys, type IssuerKeysOptions } from './issuer-keys';
import { type Principal, principalOf } from './principal';
import { readTokenHeader } from './token-header';
import { hasExpired, timeProblem } from './token-times';

/** An OIDC issuer whose tokens are good. */
export interface IssuerRules extends IssuerKeysOptions {
  /** What the issuer's tokens must be meant for: their `aud`. */
  readonly audience: string;
}

/** What tokens are checked against: a secret, an issuer, or both. */
export interface TokenRules {
  /** The key of HS256 tokens; without one, none of them is good. */
  readonly secret?: string | undefined;
  /** The issuer of RS256 and ES256 tokens; without one, none of them is good. */
  readonly oidc?: IssuerRules | undefined;
  /** The scopes of a token that names none. */
  readonly defaultScopes: readonly string[];
}

/** A token on its way through a strategy, and the issuer's key it was checked with. */
interface TokenCarrier {
  readonly token: string;
  /** The key that its header names. */
  kid?: string | undefined;
  issuerKey?: KeyObject;
}

/** Hands a key to passport-jwt, or what is wrong. */
type KeyProvider = (
  carrier: TokenCarrier,
  token: string,
  done: (error: unknown, key?: KeyObject) => void,
) => void;

const subjectProblem = `its "sub" ${userIdRule.replace(/\.$/, '')}`;

/** Tokens remembered at once; past it the oldest are verified again. */
const rememberedTokens = 10_000;

/**
 * Verifies bearer tokens for every door. A token that was found good is remembered until it expires, or until its
 * issuer withdraws the key: checking a signature costs a hundred times more than finding it in a map.
 */
export class TokenVerifier {
  readonly #strategies = new Map<string, Strategy>();
  readonly #remembered = new Map<string, Principal>();
  readonly #issuerKeys: IssuerKeys | undefined;
  readonly #keyOf = new WeakMap<Principal, KeyObject>();

  constructor(rules: TokenRules) {
    if (rules.secret !== undefined) {
      this.#strategies.set('HS256', secretStrategy(rules.secret, rules.defaultScopes));
    }
    if (rules.oidc) {
      const keys = new IssuerKeys(rules.oidc);
      keys.onVanished = () => this.#forgetVanished(keys);
      this.#issuerKeys = keys;
      for (const algorithm of ['RS256', 'ES256'] as const) {
        this.#strategies.set(algorithm, issuerStrategy(algorithm, rules.oidc, keys, rules.defaultScopes));
      }
    }
  }

  /**
   * @param token a JWT, without the word "Bearer"
   * @throws Unauthorized when it is missing, malformed, forged, expired, not yet valid, meant for others, or has no
   * usable `sub`; Unavailable when its key is not known and the issuer cannot be asked
   */
  verify(token: string | undefined): Principal | Promise<Principal> {
    if (!token) throw new Unauthorized('This needs a token: send "Authorization: Bearer <token>".');
    const known = this.known(token);
    if (known) return known;
    const carrier: TokenCarrier = { token };
    return this.#authenticate(carrier).then((principal) => this.#remember(carrier, principal));
  }

  /** Who a token is of that was found good before, and is still. */
  known(token: string): Principal | undefined {
    const principal = this.#remembered.get(token);
    if (!principal || !hasExpired(principal.expiresAt, Date.now())) return principal;
    this.#remembered.delete(token);
    return undefined;
  }

  /** Stops looking for new keys of the issuer. */
  close(): void {
    this.#issuerKeys?.close();
  }

  #remember({ token, issuerKey }: TokenCarrier, principal: Principal): Principal {
    if (issuerKey) {
      if (!this.#issuerKeys?.has(issuerKey)) return principal;
      this.#keyOf.set(principal, issuerKey);
    }
    if (this.#remembered.size >= rememberedTokens) {
      this.#remembered.delete(this.#remembered.keys().next().value as string);
    }
    this.#remembered.set(token, principal);
    return principal;
  }

  #forgetVanished(keys: IssuerKeys): void {
    for (const [token, principal] of this.#remembered) {
      const key = this.#keyOf.get(principal);
      if (key && !keys.has(key)) this.#remembered.delete(token);
    }
  }

  /** What passport does with a strategy, for a token that may have come through any door. */
  #authenticate(carrier: TokenCarrier): Promise<Principal> {
    return new Promise((resolve, reject) => {
      const fail = (challenge: unknown) =>
        reject(
          challenge instanceof Unavailable
            ? challenge
            : new Unauthorized(`The token is not accepted: ${reasonOf(challenge)}.`),
        );
      let strategy: Strategy;
      try {
        strategy = this.#strategyFor(carrier);
      } catch (error) {
        fail(error);
        return;
      }
      const attempt = Object.assign(Object.create(strategy) as Strategy, {
        success: (principal: unknown) => resolve(principal as Principal),
        fail,
        error: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      attempt.authenticate(carrier as never, {});
    });
  }

  /** @throws Error when the form or the algorithm of the token is not accepted */
  #strategyFor(carrier: TokenCarrier): Strategy {
    const { alg, kid } = readTokenHeader(carrier.token);
    const strategy = this.#strategies.get(alg);
    if (!strategy) throw new Error('its algorithm is not allowed here');
    carrier.kid = kid;
    return strategy;
  }
}

function secretStrategy(secret: string, defaultScopes: readonly string[]): Strategy {
  // A key object, made once: handed a string, jsonwebtoken tries to parse it as a public key on every call.
  const key = createSecretKey(secret, 'utf8');
  return strategyOf({ algorithms: ['HS256'] }, (_carrier, _token, done) => done(null, key), defaultScopes);
}

function issuerStrategy(
  algorithm: IssuerAlgorithm,
  { issuer, audience }: IssuerRules,
  keys: IssuerKeys,
  defaultScopes: readonly string[],
): Strategy {
  const provideKey: KeyProvider = (carrier, _token, done) => {
    keys
      .find(algorithm, carrier.kid)
      .then((key) => {
        if (!key) throw new Error('its issuer has no such key');
        carrier.issuerKey = key;
        done(null, key);
      })
      .catch(done);
  };
  return strategyOf({ algorithms: [algorithm], issuer, audience }, provideKey, defaultScopes);
}

function strategyOf(
  rules: { algorithms: ('HS256' | IssuerAlgorithm)[]; issuer?: string; audience?: string },
  provideKey: KeyProvider,
  defaultScopes: readonly string[],
): Strategy {
  return new Strategy(
    {
      ...rules,
      jwtFromRequest: (request: unknown) => (request as TokenCarrier).token,
      // The types know texts and buffers only; what is handed on here reaches jsonwebtoken as it is.
      secretOrKeyProvider: provideKey as never,
    },
    (claims: Record<string, unknown>, done: (error: unknown, user?: unknown, info?: unknown) => void) => {
      const problem = timeProblem(claims, Date.now());
      if (problem !== undefined) return done(null, false, new Error(problem));
      done(null, principalOf(claims, defaultScopes) ?? false, new Error(subjectProblem));
    },
  );
}

function reasonOf(challenge: unknown): string {
  return challenge instanceof Error ? challenge.message : 'it could not be verified';
}
