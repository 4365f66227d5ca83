import type { Context } from '../cli/context';
import { exitCodes } from '../cli/exit-codes';
import { Failure, UsageError } from '../cli/failures';
import { claimsOf } from '../connection/claims';
import { type Profile, withProfile, withoutProfile } from '../connection/profiles';
import { unknownProfile } from '../connection/settings';
import { findStack, readStack } from '../connection/stack';

interface LoginOptions {
  readonly token?: string;
  readonly tokenStdin?: boolean;
  readonly realtimeUrl?: string;
  readonly as?: string;
}

/** `login`: keeps address and token in a profile, once the service has taken the token. */
export async function login(context: Context, url: string | undefined, options: LoginOptions): Promise<void> {
  const { profiles, options: globals } = context;
  const name = options.as ?? globals.profile ?? 'default';
  const profile = await profileOf(context, url, options);
  const { owner } = globals;
  const reached = profile.stack === undefined ? profile : await readStack(profile.stack);
  const { token = '', url: address = '' } = reached;
  const client = await context.connect({ url: address, realtimeUrl: reached.realtimeUrl, token });
  await client.workspaces.list({ signal: context.signal }).page({ limit: 1 });
  await profiles.update((all) => ({
    ...withProfile(all, name, { ...profile, ...(owner === undefined ? {} : { owner }) }),
    current: name,
  }));
  const { sub } = claimsOf(token);
  await context.printer.written(`logged in to ${address}${sub === undefined ? '' : ` as ${sub}`}`, {
    profile: name,
    url: address,
    ...(sub === undefined ? {} : { user: sub }),
  });
  context.terminal.note(
    `Kept as the profile "${name}" in ${profiles.file}. Next: nexus create demo/lamp '{"on": false}'`,
  );
}

async function profileOf(
  context: Context,
  url: string | undefined,
  { token, tokenStdin, realtimeUrl }: LoginOptions,
): Promise<Profile> {
  if (token !== undefined && tokenStdin) throw new UsageError('--token and --token-stdin: give one of them.');
  const given = tokenStdin ? (await context.terminal.input()).toString('utf8').trim() : token?.trim();
  if (given === '') throw new UsageError('The token is empty.', 'nexus login --help');
  const gateway = realtimeUrl === undefined ? {} : { realtimeUrl: httpUrl(realtimeUrl) };
  if (url !== undefined) {
    const secret = given ?? context.surroundings.env['NEXUS_TOKEN'];
    if (!secret) throw new UsageError(`Which token for ${url}?`, `nexus login ${url} --token-stdin < FILE`);
    return { url: httpUrl(url), ...gateway, token: secret };
  }
  const { folder, home } = context.surroundings;
  const stack = findStack([folder, home]);
  if (stack === undefined) {
    throw new Failure(
      'There is no development stack here: no .nexus in this folder or above it.',
      exitCodes.notFound,
      'npm start, or nexus login URL --token-stdin',
    );
  }
  if (given === undefined) return { stack, ...gateway };
  const { url: address, realtimeUrl: near } = await readStack(stack);
  return { url: address, realtimeUrl: near, ...gateway, token: given };
}

function httpUrl(text: string): string {
  if (/^https?:\/\/[^/]/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new UsageError(`"${text}" is not an address. Write http://HOST:PORT or https://HOST.`);
}

/** `profiles`: all of them, without their tokens. */
export async function list(context: Context): Promise<void> {
  const { current, profiles } = await context.profiles.read();
  await context.printer.list(
    Object.entries(profiles).map(([name, { token: _secret, ...profile }]) => ({
      name,
      current: name === current,
      ...profile,
    })),
    [
      { title: '', value: (profile) => (profile.current ? '*' : ' ') },
      { title: 'PROFILE', value: ({ name }) => name },
      { title: 'URL', value: ({ url, stack }) => url ?? `development stack in ${stack ?? '?'}` },
      { title: 'WORKSPACE', value: ({ workspace }) => workspace },
    ],
    'There are no profiles. Make one: nexus login',
  );
}

/** `profiles use`: makes one the current profile. */
export async function use(context: Context, name: string): Promise<void> {
  await context.profiles.update((all) => {
    if (!all.profiles[name]) throw unknownProfile(name, all);
    return { ...all, current: name };
  });
  await context.printer.written(`profile ${name} in use`, { profile: name });
}

/** `profiles rm`: forgets one, with its token. */
export async function remove(
  context: Context,
  name: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const all = await context.profiles.read();
  if (!all.profiles[name]) throw unknownProfile(name, all);
  if (!yes) await context.terminal.confirm(`Delete the profile ${name}?`, '--yes');
  await context.profiles.update((now) => withoutProfile(now, name));
  await context.printer.written(`profile ${name} deleted`, { profile: name, deleted: true });
}
