/** What a token says about its bearer. It is not verified: that is for the service. */
export interface Claims {
  readonly sub?: string;
  readonly scope?: string;
  /** When it ends, in seconds since 1970. */
  readonly exp?: number;
  readonly paths?: readonly string[];
}

/** Reads the claims of a JWT (RFC 7519); none where it is another kind of token. */
export function claimsOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
  } catch {
    return {};
  }
}
