import { Failure } from '../cli/failures';
import { exitCodes } from '../cli/exit-codes';
import { type Profile, type ProfileFile, type Profiles } from './profiles';
import { findStack, readStack } from './stack';

/** What a command needs to reach a service. */
export interface Settings {
  /** The profile that the settings come from; undefined where the environment alone says them. */
  readonly profile: string | undefined;
  readonly url: string;
  readonly realtimeUrl: string | undefined;
  readonly token: string;
  readonly owner: string | undefined;
  readonly workspace: string | undefined;
}

/** Where settings come from. */
export interface Sources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly file: ProfileFile;
  /** The folder that the command runs in. */
  readonly folder: string;
  /** Options of the command line, which win over everything. */
  readonly options: { readonly profile?: string | undefined; readonly owner?: string | undefined };
}

/**
 * Settings from the options, then the environment, then the profile; without any, from the development stack around the folder.
 * @throws Failure where nothing says how to reach a service
 */
export async function readSettings({ env, file, folder, options }: Sources): Promise<Settings> {
  const all = await file.read();
  const name = options.profile ?? all.current;
  const stored = all.profiles[name];
  if (options.profile !== undefined && !stored) throw unknownProfile(name, all);
  const { url, realtimeUrl, token, profile } = await addressOf(env, stored, folder);
  if (url === undefined || token === undefined) throw loggedOut(url, token);
  return {
    profile: profile ? name : undefined,
    url,
    realtimeUrl,
    token,
    owner: options.owner ?? env['NEXUS_OWNER'] ?? profile?.owner,
    workspace: env['NEXUS_WORKSPACE'] ?? profile?.workspace,
  };
}

/** @throws Failure that names the profiles there are */
export function unknownProfile(name: string, { profiles }: Profiles): Failure {
  const names = Object.keys(profiles).join(', ') || 'none';
  return new Failure(
    `There is no profile "${name}"; there are: ${names}.`,
    exitCodes.notFound,
    'nexus profiles',
  );
}

interface Address {
  readonly url: string | undefined;
  readonly realtimeUrl: string | undefined;
  readonly token: string | undefined;
  readonly profile: Profile | undefined;
}

async function addressOf(env: Sources['env'], stored: Profile | undefined, folder: string): Promise<Address> {
  const { NEXUS_URL: url, NEXUS_REALTIME_URL: realtimeUrl, NEXUS_TOKEN: token } = env;
  const nearby = stored || url ? undefined : findStack([folder]);
  const profile = stored ?? (nearby === undefined ? undefined : { stack: nearby });
  // A development stack that has gone matters only to those who need it.
  const stack = profile?.stack !== undefined && !(url && token) ? await readStack(profile.stack) : undefined;
  const found = { ...profile, ...stack };
  return {
    url: url ?? found.url,
    // The gateway of one installation is none for another.
    realtimeUrl: realtimeUrl ?? (url === undefined ? found.realtimeUrl : undefined),
    token: token ?? (url === undefined || url === found.url ? found.token : undefined),
    profile: stored,
  };
}

function loggedOut(url: string | undefined, token: string | undefined): Failure {
  const message =
    url !== undefined && token === undefined
      ? `There is no token for ${url}: NEXUS_TOKEN is not set, and no profile is for this address.`
      : 'You are not logged in: there is no profile, no NEXUS_URL, and no development stack here.';
  return new Failure(message, exitCodes.notAllowed, url ? `nexus login ${url} --token-stdin` : 'nexus login');
}
