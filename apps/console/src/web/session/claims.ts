/** What a token says about its bearer. It is not verified: that is for the service. */
export interface Claims {
  readonly sub?: string;
  readonly name?: string;
  readonly exp?: number;
}

/** Reads a JSON Web Token; nothing where it is another kind of text. */
export function claimsOf(token: string): Claims {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Claims;
  } catch {
    return {};
  }
}

/** Whether a token can be used now, as far as it says. */
export function isUsable(token: string, nowMs = Date.now()): boolean {
  const { sub, exp } = claimsOf(token);
  return sub !== undefined && (exp === undefined || exp * 1000 > nowMs);
}
