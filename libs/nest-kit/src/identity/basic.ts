/**
 * The password of an `Authorization: Basic …` header (RFC 7617), or undefined. The user name is ignored: the token that is
 * sent as the password identifies the caller.
 */
export function basicPassword(header: string | undefined): string | undefined {
  if (!header || !/^basic /i.test(header)) return undefined;
  const credentials = Buffer.from(header.slice(6).trim(), 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  return colon < 0 ? undefined : credentials.slice(colon + 1);
}
