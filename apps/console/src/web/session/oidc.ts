const pendingKey = 'nexus-console-sign-in';

/** The issuer that people sign in with. */
export interface Issuer {
  readonly issuer: string;
  readonly clientId: string;
}

interface Pending {
  readonly state: string;
  readonly verifier: string;
  /** Where the visitor was. */
  readonly returnTo: string;
}

/** Sends the visitor to the issuer: the code flow with PKCE (RFC 7636). Comes back to the launcher with a code. */
export async function beginSignIn({ issuer, clientId }: Issuer): Promise<void> {
  const { authorization_endpoint: endpoint } = await discover(issuer);
  const pending: Pending = {
    state: randomText(),
    verifier: randomText(),
    returnTo: location.pathname + location.search,
  };
  sessionStorage.setItem(pendingKey, JSON.stringify(pending));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  const address = new URL(endpoint);
  const query = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri(),
    scope: 'openid profile state:read state:write state:approve state:admin',
    state: pending.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  location.assign(address);
}

/** The token for the code in the address, which is removed from it; undefined where there is none. */
export async function signedIn({ issuer, clientId }: Issuer): Promise<string | undefined> {
  const query = new URLSearchParams(location.search);
  const code = query.get('code');
  const stored = sessionStorage.getItem(pendingKey);
  if (!code || !stored) return undefined;
  const pending = JSON.parse(stored) as Pending;
  sessionStorage.removeItem(pendingKey);
  history.replaceState(null, '', pending.returnTo);
  if (query.get('state') !== pending.state) return undefined;
  const { token_endpoint: endpoint } = await discover(issuer);
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      redirect_uri: redirectUri(),
      code_verifier: pending.verifier,
    }),
  });
  if (!response.ok) throw new Error(`The issuer answered ${response.status} for the token.`);
  return ((await response.json()) as { access_token: string }).access_token;
}

interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

async function discover(issuer: string): Promise<Discovery> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`The issuer answered ${response.status} for its configuration.`);
  return (await response.json()) as Discovery;
}

const redirectUri = () => `${location.origin}/`;
const randomText = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
