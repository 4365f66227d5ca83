/**
 * Checks the times of a token (RFC 7519, sections 4.1.4 to 4.1.6) to the millisecond, so that every door has the same
 * verdict at the same moment. JSON Web Token libraries round `exp` and `nbf` to seconds.
 * @param nowMs the present, in milliseconds since 1970
 * @returns what is wrong, as the end of the sentence "The token is not accepted: …"; undefined when nothing is
 */
export function timeProblem(claims: Readonly<Record<string, unknown>>, nowMs: number): string | undefined {
  const { exp, nbf } = claims;
  for (const name of ['exp', 'nbf', 'iat']) {
    const value = claims[name];
    if (value !== undefined && !Number.isFinite(value)) {
      return `its "${name}" is not a number of seconds since 1970`;
    }
  }
  if (exp !== undefined && hasExpired(exp as number, nowMs)) return 'it has expired';
  if (nbf !== undefined && (nbf as number) * 1000 > nowMs) return 'it is not valid yet';
  return undefined;
}

/** Whether the end of a token is past. @param expiresAt seconds since 1970; undefined for a token without an end */
export function hasExpired(expiresAt: number | undefined, nowMs: number): boolean {
  return expiresAt !== undefined && expiresAt * 1000 <= nowMs;
}
