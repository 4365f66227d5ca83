import type { IncomingMessage } from 'node:http';

/** How browsers of the origins in the configuration may call, for `@fastify/cors` and Socket.IO alike. */
export interface CorsRules {
  readonly origin: string[];
  readonly methods: string[];
  readonly exposedHeaders: string[];
  /** How long browsers may remember it, in seconds. */
  readonly maxAge: number;
}

/** Browsers of these origins may call, send what conditional requests need, and read what answers carry. */
export function corsRules(origins: readonly string[]): CorsRules {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'ETag',
      'Location',
      'Nexus-Revision',
      'Preference-Applied',
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Cache',
      'X-Request-Id',
    ],
    maxAge: 600,
  };
}

/**
 * Whether the origin of a request may open a WebSocket (RFC 6455, section 10.2): browsers send no preflight before
 * they open one. Clients without an Origin (no browsers) may, and so may pages of the requested host. Where no origins are
 * configured, the token alone decides.
 */
export function mayConnectFrom(
  { headers }: Pick<IncomingMessage, 'headers'>,
  origins: readonly string[],
): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.length === 0 || origins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
