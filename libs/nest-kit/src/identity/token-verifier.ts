import { createSecretKey } from 'node:crypto';
import { Unauthorized } from '@nexus-state/state-core';
import { Strategy } from 'passport-jwt';
import { type Principal, principalOf } from './principal';

/** What tokens are checked against. */
export interface TokenRules {
  /** The key of HS256 tokens. */
  readonly secret: string;
  /** The scopes of a token that names none. */
  readonly defaultScopes: readonly string[];
}

interface TokenCarrier {
  readonly token: string;
}

/** Tokens remembered at once; past it the oldest are verified again. */
const rememberedTokens = 10_000;

/**
 * Verifies bearer tokens for every door. A token that was found good is remembered until it expires: checking a
 * signature costs a hundred times more than finding it in a map.
 */
export class TokenVerifier {
  readonly #strategy: Strategy;
  readonly #remembered = new Map<string, Principal>();

  constructor(rules: TokenRules) {
    // A key object, made once: handed a string, jsonwebtoken tries to parse it as a public key on every call.
    const key = createSecretKey(rules.secret, 'utf8');
    this.#strategy = new Strategy(
      {
        jwtFromRequest: (request: unknown) => (request as TokenCarrier).token,
        // The types know texts and buffers only; what is handed on here reaches jsonwebtoken as it is.
        secretOrKeyProvider: (_request, _token, done) => done(null, key as never),
        algorithms: ['HS256'],
      },
      (claims: Record<string, unknown>, done: (error: unknown, user?: unknown, info?: unknown) => void) =>
        done(null, principalOf(claims, rules.defaultScopes) ?? false, new Error('the token has no "sub"')),
    );
  }

  /**
   * @param token a JWT, without the word "Bearer"
   * @throws Unauthorized when it is missing, malformed, forged, expired, not yet valid, or names nobody
   */
  verify(token: string | undefined): Principal | Promise<Principal> {
    if (!token) throw new Unauthorized('This needs a token: send "Authorization: Bearer <token>".');
    const known = this.#remembered.get(token);
    if (known) {
      if (known.expiresAt === undefined || known.expiresAt * 1000 > Date.now()) return known;
      this.#remembered.delete(token);
    }
    return this.#authenticate(token).then((principal) => this.#remember(token, principal));
  }

  #remember(token: string, principal: Principal): Principal {
    if (this.#remembered.size >= rememberedTokens) {
      this.#remembered.delete(this.#remembered.keys().next().value as string);
    }
    this.#remembered.set(token, principal);
    return principal;
  }

  /** What passport does with a strategy, for a token that may have come through any door. */
  #authenticate(token: string): Promise<Principal> {
    return new Promise((resolve, reject) => {
      const attempt = Object.assign(Object.create(this.#strategy) as Strategy, {
        success: (principal: unknown) => resolve(principal as Principal),
        fail: (challenge: unknown) =>
          reject(new Unauthorized(`The token is not accepted: ${reasonOf(challenge)}.`)),
        error: (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
      });
      attempt.authenticate({ token } as never, {});
    });
  }
}

function reasonOf(challenge: unknown): string {
  return challenge instanceof Error ? challenge.message : 'it could not be verified';
}
