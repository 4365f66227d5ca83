import { createHmac } from 'node:crypto';
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

/** Signs claims and a header as they are, also those that libraries refuse to sign. @param claims an object, or its JSON text */
export function rawToken(claims: object | string, header: object = {}): string {
  const json = typeof claims === 'string' ? claims : JSON.stringify(claims);
  const content = [JSON.stringify({ alg: 'HS256', ...header }), json]
    .map((text) => Buffer.from(text).toString('base64url'))
    .join('.');
  return `${content}.${createHmac('sha256', testSecret).update(content).digest('base64url')}`;
}
