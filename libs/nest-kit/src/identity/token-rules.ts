import type { Logger } from 'pino';
import type { Config } from '../config/read-config';
import type { IssuerRules, TokenRules } from './token-verifier';

/** What tokens are checked against, as configured; an issuer that cannot be asked is logged. */
export function tokenRules(config: Config, logger: Logger): TokenRules {
  return {
    secret: config.JWT_SECRET_KEY,
    oidc: issuerRules(config, logger),
    defaultScopes: config.AUTH_DEFAULT_SCOPES.split(' '),
  };
}

function issuerRules(config: Config, logger: Logger): IssuerRules | undefined {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
  if (issuer === undefined || audience === undefined) return undefined;
  return {
    issuer,
    audience,
    refreshMs: config.OIDC_REFRESH_INTERVAL,
    cooldownMs: config.OIDC_COOLDOWN,
    onFailure: (error) => logger.warn({ err: error, issuer }, 'could not fetch the keys of the issuer'),
  };
}
