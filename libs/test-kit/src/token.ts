import { sign } from 'jsonwebtoken';

/** The key that test services verify tokens with. */
export const testSecret = 'a-key-for-tests-with-more-than-32-bytes';

/**
 * Signs a token.
 * @param subject the user
 * @param claims other claims; without `scope` the token names none
 */
export function testToken(subject: string, claims: Record<string, unknown> = {}): string {
  return sign({ sub: subject, exp: Math.floor(Date.now() / 1000) + 3600, ...claims }, testSecret, {
    algorithm: 'HS256',
  });
}
