/** How git reaches a remote without showing credentials to others. */
export interface RemoteAccess {
  /** The address without credentials: it is in git's arguments, which every user of the machine can read. */
  readonly url: string;
  /** What git's environment has to hold; only its own user can read that. */
  readonly env: NodeJS.ProcessEnv;
}

/** What a machine says about its network and keys; passed on to git when it talks to a remote. */
const networkVariables = [
  'HOME',
  'SSH_AUTH_SOCK',
  'GIT_SSH_COMMAND',
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [name, name.toUpperCase()]),
];

// Reads the environment, so that the password is in no argument and no file.
const credentialHelper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$REMOTE_USER" "$REMOTE_PASSWORD"; }; f';

/**
 * Takes user and password out of an http(s) address and hands them to git with a credential helper
 * (gitcredentials(7)) for this host alone. SSH has its keys.
 * @param remoteUrl as `remoteUrl` makes it
 */
export function remoteAccess(remoteUrl: string): RemoteAccess {
  const env: NodeJS.ProcessEnv = {
    // No terminal: ssh must not prompt.
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=10',
    ...networkOfMachine(),
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
  };
  const url = URL.canParse(remoteUrl) ? new URL(remoteUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || !(url.username || url.password))
    return { url: remoteUrl, env };
  const { username, password } = url;
  url.username = url.password = '';
  return {
    url: url.href,
    env: {
      ...env,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `credential.${url.origin}.helper`,
      GIT_CONFIG_VALUE_0: credentialHelper,
      REMOTE_USER: decodeURIComponent(username),
      REMOTE_PASSWORD: decodeURIComponent(password),
    },
  };
}

function networkOfMachine(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- no settings of ours: how this machine reaches others
  const { env } = process;
  return Object.fromEntries(networkVariables.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
