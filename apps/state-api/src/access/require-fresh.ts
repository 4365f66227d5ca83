import { type Principal, Unauthorized, hasExpired } from '@nexus-state/nest-kit';

/** Checks that the token of a caller who follows something is still good. @throws Unauthorized once it has expired */
export function requireFresh({ expiresAt }: Pick<Principal, 'expiresAt'>): void {
  if (hasExpired(expiresAt, Date.now())) throw new Unauthorized('The token has expired.');
}
