import type { ChangeOptions, JsonObject, PanelHandle, PatchRequest, Written } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { UsageError } from '../cli/failures';
import { objectArgument, operationsArgument } from '../input/values';
import { plainText } from '../output/plain-text';
import { editText } from './editor';
import { newestVersion } from './newest-version';
import { shown } from './step-text';

type BaseOptions = Pick<ChangeOptions, 'version' | 'onConflict'>;

/** The option of all of them. */
interface InTurn {
  readonly turn?: string;
}

/** Options as the client takes them. */
function withTurn<O extends object>({ turn, ...options }: O & InTurn): Omit<O, 'turn'> & { turnId?: string } {
  return { ...options, ...(turn === undefined ? {} : { turnId: turn }) };
}

/** `create`: a new panel. */
export async function create(context: Context, name: string, state: string, options: InTurn): Promise<void> {
  const found = await context.panel(name);
  const initial = await objectArgument(state, context.terminal);
  await tell(
    context,
    found.name,
    await found.panel.create(initial, { ...withTurn(options), signal: context.signal }),
  );
}

/** `set`: a whole state. Without a version it replaces what is there only after a question, or with `--force`. */
export async function set(
  context: Context,
  name: string,
  text: string,
  { force, ...options }: BaseOptions & InTurn & { readonly force?: boolean },
): Promise<void> {
  const found = await context.panel(name);
  const state = await objectArgument(text, context.terminal);
  const { signal } = context;
  const chosen = options.version === undefined ? await baseOf(context, found, force) : {};
  await tell(context, found.name, await found.panel.set(state, { ...chosen, ...withTurn(options), signal }));
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
  options: BaseOptions & InTurn,
): Promise<void> {
  const found = await context.panel(name);
  const operations = (await operationsArgument(text, context.terminal)) as unknown as PatchRequest;
  await tell(
    context,
    found.name,
    await found.panel.patch(operations, { ...withTurn(options), signal: context.signal }),
  );
}

/** `merge`: a JSON Merge Patch. */
export async function merge(
  context: Context,
  name: string,
  text: string,
  options: BaseOptions & InTurn,
): Promise<void> {
  const found = await context.panel(name);
  const partial = await objectArgument(text, context.terminal);
  await tell(
    context,
    found.name,
    await found.panel.merge(partial, { ...withTurn(options), signal: context.signal }),
  );
}

/** `edit`: the state in an editor. What others did meanwhile is merged. */
export async function edit(context: Context, name: string, options: InTurn): Promise<void> {
  const found = await context.panel(name);
  const { signal, terminal } = context;
  const { state, version } = await found.panel.get({ fresh: true, signal });
  const edited = await editText(context, found.name, state as JsonObject);
  if (edited === undefined) return terminal.note('Nothing was changed.');
  try {
    const written = await found.panel.set(edited.state, {
      ...withTurn(options),
      version,
      onConflict: 'merge',
      signal,
    });
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
  options: InTurn & { readonly version?: number },
): Promise<void> {
  if (!/^\d+$/.test(target)) throw new UsageError(`"${target}" is not a version.`, `nexus history ${name}`);
  const found = await context.panel(name);
  const written = await found.panel.revert(Number(target), { ...withTurn(options), signal: context.signal });
  await tell(context, found.name, written);
}

/** `rm`: deletes a panel. */
export async function remove(
  context: Context,
  name: string,
  { yes, ...options }: InTurn & { readonly yes?: boolean; readonly version?: number },
): Promise<void> {
  const found = await context.panel(name);
  if (!yes) await context.terminal.confirm(`Delete ${found.name}?`, '--yes');
  await tell(context, found.name, await found.panel.delete({ ...withTurn(options), signal: context.signal }));
}

async function tell(context: Context, name: string, written: Written): Promise<void> {
  await context.printer.written(`${name} version ${written.version}`, written);
  const { dropped = [], proposalId } = written;
  for (const { path, yours, theirs } of dropped) {
    context.terminal.note(`Left at ${plainText(path)}: yours ${shown(yours)}, there ${shown(theirs)}`);
  }
  if (proposalId !== undefined) {
    const [workspace] = name.split('/', 1);
    context.terminal.note(`What collides waits for approval: nexus proposal show ${workspace} ${proposalId}`);
  }
}
