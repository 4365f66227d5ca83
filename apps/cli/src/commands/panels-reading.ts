import type { FeedEntry, GetOptions, JsonObject } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { exitCodes } from '../cli/exit-codes';
import { UsageError } from '../cli/failures';
import { valueAt } from '../input/pointer';
import { shortJson } from '../output/plain-text';
import { coloredDiff, unifiedDiff } from '../output/text-diff';

/** `ls`: the panels of a workspace. */
export async function list(context: Context, workspace: string | undefined): Promise<void> {
  const { signal } = context;
  const handle = await context.workspace(workspace);
  await context.printer.list(
    await handle.panels({ signal }).all(),
    [
      { title: 'PANEL', value: ({ panelId }) => panelId },
      { title: 'VERSION', value: ({ version }) => version },
      { title: 'BYTES', value: ({ stateSizeBytes }) => stateSizeBytes },
      { title: 'UPDATED', value: ({ updatedAt }) => updatedAt },
    ],
    `${handle.id} has no panels. Create one: nexus create ${handle.id}/hello '{"hello": "world"}'`,
  );
}

/** `get`: the state alone, or with its version. */
export async function get(
  context: Context,
  name: string,
  { full, ...options }: GetOptions & { readonly full?: boolean },
): Promise<void> {
  if (options.version !== undefined && options.at !== undefined) {
    throw new UsageError('--version and --at both say which state to print: give one of them.');
  }
  const { panel, reference } = await context.part(name);
  const { pointer } = reference;
  const path = pointer === undefined ? {} : { path: pointer };
  const read = await panel.get({ ...options, ...path, signal: context.signal });
  await context.printer.value(full ? read : read.state);
}

/** `history`: the changes of a panel. */
export async function history(
  context: Context,
  name: string,
  {
    limit = Infinity,
    ...range
  }: { readonly limit?: number; readonly since?: string; readonly until?: string },
): Promise<void> {
  const found = await context.panel(name);
  const entries = [];
  for await (const entry of found.panel.history({ ...range, signal: context.signal })) {
    entries.push(entry);
    if (entries.length >= limit) break;
  }
  await context.printer.list(
    entries,
    [
      { title: 'VERSION', value: ({ version }) => version },
      { title: 'CHANGE', value: ({ changeType }) => changeType },
      { title: 'ACTOR', value: ({ actor }) => actor },
      { title: 'TRIGGER', value: triggerOf },
      { title: 'REVISION', value: ({ revision }) => revision },
      { title: 'TIME', value: ({ occurredAt }) => occurredAt },
      {
        title: 'PATHS',
        value: ({ patch }) => [...new Set(patch.map(({ path }) => path || '(all)'))].join(' '),
      },
    ],
    `${found.name} has no changes in this range.`,
  );
}

/** `diff`: what differs between two versions. */
export async function diff(
  context: Context,
  name: string,
  first: string,
  second: string | undefined,
): Promise<void> {
  const found = await context.panel(name);
  const { signal } = context;
  const [from, to] = await Promise.all([
    found.panel.get({ version: versionOf(first), signal }),
    found.panel.get(second === undefined ? { signal } : { version: versionOf(second), signal }),
  ]);
  const text = await unifiedDiff(
    { name: `${found.name} version ${from.version}`, state: from.state },
    { name: `${found.name} version ${to.version}`, state: to.state },
  );
  const { output } = context.printer;
  if (output === 'json' || output === 'yaml') return context.printer.value({ from, to, diff: text });
  if (text === '') return context.terminal.note(`Versions ${from.version} and ${to.version} are equal.`);
  await context.terminal.data(coloredDiff(text, context.terminal.colors));
}

/** `blame`: which change last set each value. */
export async function blame(
  context: Context,
  name: string,
  options: { readonly version?: number },
): Promise<void> {
  const { panel, reference } = await context.part(name);
  const { signal } = context;
  const { pointer } = reference;
  const found = await panel.blame({
    ...options,
    ...(pointer === undefined ? {} : { path: pointer }),
    signal,
  });
  const { output } = context.printer;
  if (output === 'json' || output === 'yaml') return context.printer.value(found);
  const { state } = await panel.get({ version: found.version, signal });
  await context.printer.list(
    found.values,
    [
      { title: 'POINTER', value: (value) => value.pointer || '(all)' },
      { title: 'VERSION', value: ({ version }) => version },
      { title: 'ACTOR', value: ({ actor }) => actor },
      { title: 'TRIGGER', value: ({ triggeredBy }) => triggeredBy },
      { title: 'TIME', value: ({ occurredAt }) => occurredAt },
      { title: 'VALUE', value: (value) => JSON.stringify(valueAt(state as JsonObject, value.pointer)) },
    ],
    'There are no values.',
  );
}

/** `watch`: the changes of a workspace or panel, as they are made. */
export async function watch(
  context: Context,
  target: string,
  { since, count = Infinity }: { readonly since?: number; readonly count?: number },
): Promise<{ exitCode: number }> {
  const isPanel = target.includes('/');
  const panelId = isPanel ? (await context.panel(target)).reference.panel : undefined;
  const handle = await context.workspace(isPanel ? target.slice(0, target.indexOf('/')) : target);
  context.place = { ...context.place, subject: target };
  context.terminal.note(`Watching ${target}; Ctrl-C ends it.`);
  const changes = handle.changes({
    ...(panelId === undefined ? {} : { panels: [panelId] }),
    ...(since === undefined ? { cursor: 'now' } : { since }),
    signal: context.signal,
  });
  let given = 0;
  for await (const change of changes) {
    await context.printer.event(change, changeLine(handle.id, change));
    if (++given >= count) break;
  }
  return { exitCode: exitCodes.done };
}

function changeLine(workspace: string, change: FeedEntry): string {
  const { panelId, version, changeType, actor, occurredAt, patch } = change;
  const steps = patch.map((step) => {
    const value = 'value' in step ? ` ${shortJson(step.value)}` : '';
    return `${step.op} ${step.path || '(all)'}${value}`;
  });
  const trigger = change.triggeredBy === 'user' ? '' : ` (${triggerOf(change)})`;
  return `${occurredAt}  ${workspace}/${panelId} version ${version}  ${changeType} by ${actor}${trigger}  ${steps.join(', ')}`;
}

function triggerOf({ triggeredBy, triggerSource }: { triggeredBy: string; triggerSource: string | null }) {
  return triggerSource === null ? triggeredBy : `${triggeredBy}: ${triggerSource}`;
}

function versionOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`"${text}" is not a version: a version is a whole number, from 1.`);
}
