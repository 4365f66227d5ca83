import type { Settings } from './settings';

/**
 * What the page may load, and whom it may talk to: its own files, and the services. Styles that libraries write at run time
 * carry the nonce.
 * @param nonce new for each page
 */
export function pagePolicy(settings: Settings, nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${connections(settings).join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function connections(settings: Settings): string[] {
  const http = [
    settings.CONSOLE_API_URL,
    settings.CONSOLE_REALTIME_URL,
    settings.CONSOLE_WORKER_URL,
    settings.CONSOLE_OIDC_ISSUER,
  ]
    .filter((address) => address !== undefined)
    .map((address) => new URL(address).origin);
  const live = new URL(settings.CONSOLE_REALTIME_URL).origin.replace(/^http/, 'ws');
  return [...new Set(["'self'", ...http, live])];
}

/** Sent with everything: files are what they say they are, and nobody learns where a visitor came from. */
export const securityHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** The policy of answers that are no page. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'";
