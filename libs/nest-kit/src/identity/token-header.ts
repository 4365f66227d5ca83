import { isUtf8 } from 'node:buffer';

/** What a token says about its own signature. It chooses how the signature is verified, and proves nothing. */
export interface TokenHeader {
  readonly alg: string;
  readonly kid: string | undefined;
}

/** Longer than any token that fits into the head of a request; live connections could send more. */
const maxTokenLength = 64 * 1024;

/** Access tokens (RFC 9068) and tokens without explicit typing (RFC 8725, section 3.11). */
const acceptedTypes: ReadonlySet<unknown> = new Set(['jwt', 'at+jwt']);

/**
 * Reads the header of a signed JWT (RFC 7519, JWS compact serialization), and checks its form by RFC 8725. Keys that the
 * header itself brings along (`jwk`, `jku`, `x5c`, `x5u`) are ignored. Of a member that occurs twice, the last one counts
 * (RFC 7515, section 4).
 * @throws Error whose message ends the sentence "The token is not accepted: …"
 */
export function readTokenHeader(token: string): TokenHeader {
  const [first = '', second = '', signature = '', ...rest] =
    token.length <= maxTokenLength ? token.split('.', 4) : [];
  if (rest.length > 0 || !isBase64Url(signature)) throw new Error('it is not a signed JWT');
  const header = readObject(first);
  // A payload that is not a JSON object of UTF-8 text could be read in two ways.
  if (!header || !readObject(second)) throw new Error('it is not a signed JWT');
  const { alg, kid, typ, crit, b64 } = header;
  if (typeof alg !== 'string') throw new Error('its header names no algorithm');
  if (kid !== undefined && typeof kid !== 'string')
    throw new Error('the "kid" of its header is not a string');
  // RFC 7515, section 4.1.11: extensions that the recipient does not support make the token invalid; so does an empty list.
  if (crit !== undefined) throw new Error('the "crit" of its header names extensions that are not supported');
  // RFC 7797, section 7: a JWT always encodes its payload.
  if (b64 !== undefined && b64 !== true) throw new Error('its payload must be base64url-encoded');
  if (typ !== undefined && !isAcceptedType(typ))
    throw new Error('the "typ" of its header is not that of an access token');
  return { alg, kid };
}

function isAcceptedType(typ: unknown): boolean {
  return typeof typ === 'string' && acceptedTypes.has(typ.toLowerCase().replace(/^application\//, ''));
}

/** Whether a text is base64url in its one canonical form: no padding, no whitespace, no bits left over. */
function isBase64Url(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text;
}

function readObject(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!isBase64Url(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
