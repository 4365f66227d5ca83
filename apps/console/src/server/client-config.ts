import { isIP } from 'node:net';
import type { Settings } from './settings';

/** What the page learns at run time, so that one build serves every deployment. */
export interface ClientConfig {
  readonly apiUrl: string;
  readonly realtimeUrl: string;
  readonly workerUrl?: string;
  /** Signs a visitor in by itself; only in development, and only on this machine. */
  readonly developmentToken?: string;
  readonly oidc?: { readonly issuer: string; readonly clientId: string };
}

/**
 * The configuration of a page.
 * @param host of the request: the token is given only to names that no other site can point here (DNS rebinding)
 */
export function clientConfig(settings: Settings, host: string): ClientConfig {
  const {
    CONSOLE_DEVELOPMENT_TOKEN: developmentToken,
    CONSOLE_OIDC_ISSUER: issuer,
    CONSOLE_OIDC_CLIENT_ID: clientId,
    CONSOLE_WORKER_URL: workerUrl,
  } = settings;
  return {
    apiUrl: settings.CONSOLE_API_URL,
    realtimeUrl: settings.CONSOLE_REALTIME_URL,
    ...(workerUrl ? { workerUrl } : {}),
    ...(developmentToken && isOwnName(host) ? { developmentToken } : {}),
    ...(issuer && clientId ? { oidc: { issuer, clientId } } : {}),
  };
}

function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return name === 'localhost' || isIP(name) !== 0;
}
