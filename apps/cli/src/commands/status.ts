import type { Context } from '../cli/context';
import { exitCodes } from '../cli/exit-codes';
import { claimsOf } from '../connection/claims';

/** `whoami`: what the token says, once the service has taken it. */
export async function whoami(context: Context): Promise<void> {
  const { url, token, owner } = await context.settings();
  const { workspaces } = await context.client();
  await workspaces.list({ signal: context.signal }).page({ limit: 1 });
  const { sub, scope, exp, paths } = claimsOf(token);
  await context.printer.record({
    user: sub ?? '(the token does not say)',
    url,
    scope,
    paths,
    owner,
    expiresAt: exp === undefined ? undefined : new Date(exp * 1000).toISOString(),
  });
}

/** `status`: whether the services answer. Exits with 6 where the API does not. */
export async function status(context: Context): Promise<{ exitCode: number }> {
  const { url, realtimeUrl, profile, workspace } = await context.settings();
  const [api, gateway] = await Promise.all([
    healthOf(url, context.signal),
    realtimeUrl === undefined ? undefined : healthOf(realtimeUrl, context.signal),
  ]);
  await context.printer.record({
    url,
    api,
    realtimeUrl,
    gateway,
    profile: profile ?? '(none)',
    workspace: workspace ?? '(none in use)',
  });
  if (api === 'ready') return { exitCode: exitCodes.done };
  context.terminal.note('Is it running? In a checkout: npm start');
  return { exitCode: exitCodes.unavailable };
}

async function healthOf(url: string, interrupted: AbortSignal): Promise<string> {
  const stop = new AbortController();
  const late = setTimeout(
    () => stop.abort(new DOMException('It took longer than 5 s.', 'TimeoutError')),
    5_000,
  );
  const signal = AbortSignal.any([interrupted, stop.signal]);
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/health/ready`, { signal });
    await response.body?.cancel();
    return response.ok ? 'ready' : `not ready (${response.status})`;
  } catch (error) {
    if (interrupted.aborted) throw interrupted.reason;
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    return `no answer (${cause?.code ?? cause?.message ?? message})`;
  } finally {
    clearTimeout(late);
  }
}
