import { type Caller, PathPatterns, isUserId } from '@nexus-state/state-core';

/** Who is calling, as a verified token says. */
export interface Principal extends Caller {
  /** When the token ends, in seconds since 1970; undefined when it never does. */
  readonly expiresAt: number | undefined;
}

/**
 * Reads a principal from a token's claims. Scopes come from `scope` (space-separated), `scp` or `roles`, the first
 * that is there; a token that names none gets the default ones.
 * @returns undefined when `sub` is missing, or cannot be the id of a user
 */
export function principalOf(
  claims: Record<string, unknown>,
  defaultScopes: readonly string[],
): Principal | undefined {
  const { sub } = claims as { sub?: unknown };
  if (typeof sub !== 'string' || !isUserId(sub)) return undefined;
  const named = claims['scope'] ?? claims['scp'] ?? claims['roles'];
  return {
    subject: sub,
    paths: pathsOf(claims['paths']),
    scopes: new Set(named === undefined ? defaultScopes : scopeList(named)),
    expiresAt: typeof claims['exp'] === 'number' ? claims['exp'] : undefined,
  };
}

function scopeList(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((scope) => scope !== '');
  return Array.isArray(claim) ? claim.filter((scope): scope is string => typeof scope === 'string') : [];
}

// A claim that cannot be read narrows to nothing: it was meant to narrow.
function pathsOf(claim: unknown): PathPatterns {
  if (claim === undefined) return PathPatterns.all;
  const patterns = Array.isArray(claim) ? claim : [claim];
  return new PathPatterns(patterns.filter((pattern): pattern is string => typeof pattern === 'string'));
}
