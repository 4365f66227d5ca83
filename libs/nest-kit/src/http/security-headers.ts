/** Responses are data: shown as a page, one may load nothing and may not be framed. */
const dataPolicy = "default-src 'none'; frame-ancestors 'none'";

/** What the page at `/docs` needs: its own scripts, inline styles, its icons, and calls to the API. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Where the description of the API can be browsed. */
export const descriptionPath = '/docs';

/**
 * Security headers of every response, by the OWASP REST Security Cheat Sheet. Written once here, and not composed by a
 * library for each request: that costs a third of a cached read. Each further header costs a hundredth.
 */
export const securityHeaders = {
  'content-security-policy': dataPolicy,
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
} as const;

const pageHeaders = { ...securityHeaders, 'content-security-policy': pagePolicy };

/**
 * The security headers of an answer.
 * @param url the path of the request, with or without its query
 */
export function securityHeadersFor(url: string): Readonly<Record<string, string>> {
  return url.startsWith(descriptionPath) ? pageHeaders : securityHeaders;
}
