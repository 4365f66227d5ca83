// A real OIDC issuer for tests: gives JWT access tokens to a client by its credentials.
// Environment: ISSUER_PORT, ISSUER_JWKS (private keys as a JWK set; RS256 and ES256 tokens are signed with the fitting one).
import { Provider } from 'oidc-provider';

const port = Number(process.env.ISSUER_PORT);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'robot',
      client_secret: 'a-secret-of-the-robot',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  jwks: JSON.parse(process.env.ISSUER_JWKS),
  ttl: { ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, resource) => {
        const [, audience, alg] = /^urn:test:([^:]+):([^:]+)$/.exec(resource);
        return {
          scope: 'state:read state:write',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        };
      },
    },
  },
});

provider.listen(port, '127.0.0.1', () => console.log('listening'));
