import type { ChangeOptions, JsonObject, PanelHandle, PatchRequest, Written } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { UsageError } from '../cli/failures';
import { objectArgument, operationsArgument } from '../input/values';
import { editText } from './editor';
import { newestVersion } from './newest-version';

type BaseOptions = Pick<ChangeOptions, 'version' | 'onConflict'>;

/** `create`: a new panel. */
export async function create(context: Context, name: string, state: string): Promise<void> {
  const found = await context.panel(name);
  const initial = await objectArgument(state, context.terminal);
  await tell(context, found.name, await found.panel.create(initial, { signal: context.signal }));
}

/** `set`: a whole state. Without a version it replaces what is there only after a question, or with `--force`. */
export async function set(
  context: Context,
  name: string,
  text: string,
  { force, ...options }: BaseOptions & { readonly force?: boolean },
): Promise<void> {
  const found = await context.panel(name);
  const state = await objectArgument(text, context.terminal);
  const { signal } = context;
  const chosen = options.version === undefined ? await baseOf(context, found, force) : {};
  await tell(context, found.name, await found.panel.set(state, { ...chosen, ...options, signal }));
}

/** The version that a state without one is to replace. */
async function baseOf(
  context: Context,
  { panel, name }: { panel: PanelHandle; name: string },
  force = false,
): Promise<BaseOptions> {
  const version = await newestVersion(panel, context.signal);
  if (version === undefined) return {};
  if (force) return { version, onConflict: 'overwrite' };
  await context.terminal.confirm(
    `${name} is at version ${version}. Replace it?`,
    `--version ${version} or --force`,
  );
  return { version };
}

/** `patch`: a JSON Patch. */
export async function patch(
  context: Context,
  name: string,
  text: string,
  options: BaseOptions,
): Promise<void> {
  const found = await context.panel(name);
  const operations = (await operationsArgument(text, context.terminal)) as unknown as PatchRequest;
  await tell(
    context,
    found.name,
    await found.panel.patch(operations, { ...options, signal: context.signal }),
  );
}

/** `merge`: a JSON Merge Patch. */
export async function merge(
  context: Context,
  name: string,
  text: string,
  options: BaseOptions,
): Promise<void> {
  const found = await context.panel(name);
  const partial = await objectArgument(text, context.terminal);
  await tell(context, found.name, await found.panel.merge(partial, { ...options, signal: context.signal }));
}

/** `edit`: the state in an editor. What others did meanwhile is merged. */
export async function edit(context: Context, name: string): Promise<void> {
  const found = await context.panel(name);
  const { signal, terminal } = context;
  const { state, version } = await found.panel.get({ fresh: true, signal });
  const edited = await editText(context, found.name, state as JsonObject);
  if (edited === undefined) return terminal.note('Nothing was changed.');
  try {
    const written = await found.panel.set(edited.state, { version, onConflict: 'merge', signal });
    await edited.discard();
    await tell(context, found.name, written);
  } catch (error) {
    terminal.note(`Your text is kept in ${edited.file}.`);
    throw error;
  }
}

/** `revert`: what an older version held, as a new version. */
export async function revert(
  context: Context,
  name: string,
  target: string,
  options: { readonly version?: number },
): Promise<void> {
  if (!/^\d+$/.test(target)) throw new UsageError(`"${target}" is not a version.`, `nexus history ${name}`);
  const found = await context.panel(name);
  const written = await found.panel.revert(Number(target), { ...options, signal: context.signal });
  await tell(context, found.name, written);
}

/** `rm`: deletes a panel. */
export async function remove(
  context: Context,
  name: string,
  { yes, ...options }: { readonly yes?: boolean; readonly version?: number },
): Promise<void> {
  const found = await context.panel(name);
  if (!yes) await context.terminal.confirm(`Delete ${found.name}?`, '--yes');
  await tell(context, found.name, await found.panel.delete({ ...options, signal: context.signal }));
}

function tell(context: Context, name: string, written: Written): Promise<void> {
  return context.printer.written(`${name} version ${written.version}`, written);
}
