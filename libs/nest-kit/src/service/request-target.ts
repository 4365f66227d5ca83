import type { IncomingMessage } from 'node:http';

/** The path by which the server as a whole is routed: `OPTIONS *` (RFC 9110, section 9.3.7). */
export const wholeServer = '/*';

/**
 * The path and query that a request is routed by. Servers have to accept the absolute form of a request target (RFC 9112,
 * section 3.2.2), which clients send to proxies, and the asterisk form (section 3.2.4).
 */
export function routedUrl({ url = '/' }: Pick<IncomingMessage, 'url'>): string {
  if (url === '*') return wholeServer;
  if (url.startsWith('/')) return url;
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}
