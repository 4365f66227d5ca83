/** What replaces a secret in the log. */
const hidden = '***';

const secrets: readonly (readonly [RegExp, string])[] = [
  // User and password of an address.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, `$1${hidden}@`],
  // A token in a query.
  [/([?&](?:access_)?token=)[^&\s'"]+/gi, `$1${hidden}`],
  // A JSON Web Token (RFC 7519), anywhere in the text.
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, hidden],
];

/** A text for the log: without tokens and the secrets in addresses. */
export function redacted(text: string): string {
  return secrets.reduce((left, [secret, instead]) => left.replace(secret, instead), text);
}
