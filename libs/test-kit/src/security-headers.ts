/** The security headers that every response must have; literal here, so that a change of the services is seen. */
export const expectedSecurityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
};

/**
 * The security headers of a response, as `expectedSecurityHeaders` lists them, and headers that reveal too much of the server.
 * @param headers of fetch, or the text of a response that was read from a socket
 */
export function securityHeadersOf(headers: Headers | string): Record<string, string> {
  const all = typeof headers === 'string' ? readHead(headers) : headers;
  const names = [...Object.keys(expectedSecurityHeaders), 'x-powered-by', 'server'];
  return Object.fromEntries(
    names.flatMap((name) => (all.has(name) ? [[name, all.get(name) as string]] : [])),
  );
}

function readHead(text: string): Headers {
  const [head = ''] = text.split('\r\n\r\n', 1);
  const lines = head.split('\r\n').slice(1);
  return new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
}
