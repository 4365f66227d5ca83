/** What the server of the console tells the page. */
export interface ClientConfig {
  readonly apiUrl: string;
  readonly realtimeUrl: string;
  readonly workerUrl?: string;
  readonly developmentToken?: string;
  readonly oidc?: { readonly issuer: string; readonly clientId: string };
}

/** Reads it; never from a cache. */
export async function loadConfig(): Promise<ClientConfig> {
  const response = await fetch('/config.json', { cache: 'no-store' });
  if (!response.ok)
    throw new Error(`The console's server answered ${response.status} for its configuration.`);
  return (await response.json()) as ClientConfig;
}
