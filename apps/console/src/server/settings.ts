import { type CleanedEnv, cleanEnv, makeValidator, port, str } from 'envalid';

/** An address of a service as browsers reach it, without a slash at its end. */
const address = makeValidator<string>((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  if (!url || !['https:', 'http:'].includes(url.protocol) || url.username || url.password)
    throw new Error('must start with https://, or http:// within a trusted network, and have no password');
  return input.replace(/\/+$/, '');
});

/** Every setting of the console. */
export const settings = {
  CONSOLE_PORT: port({ default: 8080, desc: 'Port of the console.' }),
  CONSOLE_API_URL: address({
    default: 'http://127.0.0.1:8001',
    desc: 'Address of the state API, as browsers reach it.',
    example: 'https://state.example',
  }),
  CONSOLE_REALTIME_URL: address({
    default: 'http://127.0.0.1:8002',
    desc: 'Address of the realtime gateway, as browsers reach it.',
    example: 'https://live.example',
  }),
  CONSOLE_WORKER_URL: address({
    default: undefined,
    desc: 'Address of the snapshot worker, as browsers reach it. With it, the page on health shows the worker, too.',
  }),
  CONSOLE_OIDC_ISSUER: address({
    default: undefined,
    desc: 'OpenID Connect issuer that people sign in with. Without it, the console asks for a token.',
    example: 'https://login.example/realms/nexus',
  }),
  CONSOLE_OIDC_CLIENT_ID: str({
    default: undefined,
    desc: 'Client of the console at that issuer: a public one, for the code flow with PKCE.',
  }),
  CONSOLE_DEVELOPMENT_TOKEN: str({
    default: undefined,
    desc: 'Token that every visitor on this machine is signed in with, for development. Refused in production.',
  }),
};

/** What the console takes from the settings that all services share. */
const shared = {
  NODE_ENV: str({ choices: ['development', 'test', 'production'], default: 'development' }),
  LOG_LEVEL: str({
    choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    default: 'info',
  }),
  SERVICE_HOST: str({ default: '0.0.0.0' }),
};

/** The settings of this process, read once at start. */
export type Settings = CleanedEnv<typeof settings & typeof shared>;

/** One or more settings are wrong; the message names every one of them. */
export class SettingsError extends Error {}

/**
 * Reads the settings.
 * @param env the environment, `process.env` at start
 * @throws SettingsError listing every wrong setting at once
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const read = cleanEnv(
    withoutEmpty(env),
    { ...settings, ...shared },
    {
      reporter: ({ errors }) => {
        for (const [name, error] of Object.entries(errors)) problems.push(`${name}: ${error?.message}`);
      },
    },
  );
  if (problems.length === 0) problems.push(...halves(read), ...developmentToken(read));
  if (problems.length > 0)
    throw new SettingsError(`The configuration is not valid:\n  ${problems.join('\n  ')}`);
  return read;
}

/** Compose files cannot leave settings out: an empty one is not set. */
function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' || !name.startsWith('CONSOLE_')),
  );
}

function halves({ CONSOLE_OIDC_ISSUER: issuer, CONSOLE_OIDC_CLIENT_ID: client }: Settings): string[] {
  if (issuer && !client) return ['CONSOLE_OIDC_CLIENT_ID: is not set, but CONSOLE_OIDC_ISSUER is'];
  if (client && !issuer) return ['CONSOLE_OIDC_ISSUER: is not set, but CONSOLE_OIDC_CLIENT_ID is'];
  return [];
}

function developmentToken({ CONSOLE_DEVELOPMENT_TOKEN: token, NODE_ENV }: Settings): string[] {
  if (!token || NODE_ENV !== 'production') return [];
  return ['CONSOLE_DEVELOPMENT_TOKEN: must not be set in production, where it would sign everybody in'];
}
