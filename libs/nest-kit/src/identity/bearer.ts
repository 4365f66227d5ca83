/** The token of an `Authorization: Bearer …` header (RFC 6750, section 2.1), or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  return header && /^bearer /i.test(header) ? header.slice(7).trim() : undefined;
}
