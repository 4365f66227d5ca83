import { Option } from 'commander';
import type { TurnPolicy, TurnState, Undone, UndoOptions } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { UsageError } from '../cli/failures';
import { collected, instant, timeSpan } from '../input/options';
import { plainText } from '../output/plain-text';
import { changeLines, printSection, shown } from './step-text';

const states: readonly TurnState[] = ['open', 'committed', 'aborted', 'expired'];
const policies: readonly TurnPolicy[] = ['merge', 'human-wins', 'propose'];

interface BeginOptions {
  readonly agent: string;
  readonly policy: TurnPolicy;
  readonly description?: string;
  readonly panel?: readonly string[];
  /** Milliseconds. */
  readonly ttl?: number;
}

interface TakeBackOptions {
  readonly preview?: boolean;
  readonly yes?: boolean;
}

interface UndoArguments extends TakeBackOptions {
  readonly turn?: string;
  readonly actor?: string;
  readonly triggeredBy?: string;
  readonly since?: string;
  readonly until?: string;
  readonly panel?: readonly string[];
}

/** The commands about the work of agents: turns, and taking changes back. */
export const addTurnCommands: AddCommands = (parent, run) => {
  const turn = parent.command('turn').description('Begin, list, show, commit and abort turns of agents');
  examples(
    turn
      .command('begin [workspace]')
      .description('Begin a turn; changes belong to it by their option --turn')
      .requiredOption('--agent <name>', 'who works')
      .addOption(
        new Option('--policy <policy>', 'what becomes of changes that collide with those of people')
          .choices(policies)
          .default('merge'),
      )
      .option('--description <text>', 'what it is for')
      .option('--panel <pattern>', 'a panel that it may change, with * for any text; repeatable', collected())
      .option('--ttl <time>', 'end it by itself after that time', timeSpan)
      .action(run(begin)),
    ['nexus turn begin garden --agent planner', 'begin one'],
    ["nexus turn begin garden --agent planner --policy human-wins --panel 'bed-*'", 'of some panels'],
  );
  examples(
    turn
      .command('list [workspace]')
      .alias('ls')
      .description('List turns, newest first')
      .addOption(new Option('--state <state>', 'only those in this state').choices(states))
      .action(run(list)),
    ['nexus turn list garden --state open', 'list those at work'],
  );
  examples(
    turn
      .command('show <workspace> <id>')
      .description('Print a turn, its changes, and what others changed under it')
      .action(run(show)),
    ['nexus turn show garden 0c5f7a52-…', 'see what it did'],
  );
  examples(
    turn.command('commit <workspace> <id>').description('End a turn; its changes stay').action(run(commit)),
    ['nexus turn commit garden 0c5f7a52-…', 'keep what it did'],
  );
  examples(
    takesBack(
      turn
        .command('abort <workspace> <id>')
        .description('Take exactly the changes of a turn back, and end it'),
    ).action(run(abort)),
    ['nexus turn abort garden 0c5f7a52-… --preview', 'see what that would do'],
    ['nexus turn abort garden 0c5f7a52-… --yes', 'take it back, in a script'],
  );
  examples(
    takesBack(
      parent
        .command('undo [workspace]')
        .description("Take the changes back that match all that is given, and keep everybody else's")
        .option('--turn <id>', 'those of a turn')
        .option('--actor <user>', 'those of a user')
        .option('--triggered-by <what>', 'such as ai')
        .option('--since <time>', 'those since an instant, or a time ago', instant)
        .option('--until <time>', 'those until an instant, or a time ago', instant)
        .option('--panel <pattern>', 'those of a panel, with * for any text; repeatable', collected()),
    ).action(run(undo)),
    ['nexus undo garden --triggered-by ai --since 10m', 'take back what AI did in ten minutes'],
    ['nexus undo garden --actor ann --preview', 'see what that would do'],
  );
};

function takesBack<C extends { option(flags: string, description: string): C }>(command: C): C {
  return command.option('--preview', 'only say what would happen').option('-y, --yes', 'do not ask');
}

async function begin(
  context: Context,
  workspace: string | undefined,
  { ttl, panel, ...options }: BeginOptions,
): Promise<void> {
  const handle = await context.workspace(workspace);
  const begun = await handle.turns.begin({
    ...options,
    ...(panel === undefined ? {} : { panels: panel }),
    ...(ttl === undefined ? {} : { ttlSeconds: Math.ceil(ttl / 1000) }),
    signal: context.signal,
  });
  await context.printer.written(`${handle.id} turn ${begun.turnId} open`, begun);
  context.terminal.note(`To change a panel in it: nexus merge ${handle.id}/PANEL … --turn ${begun.turnId}`);
}

async function list(
  context: Context,
  workspace: string | undefined,
  options: { readonly state?: TurnState },
): Promise<void> {
  const handle = await context.workspace(workspace);
  await context.printer.list(
    await handle.turns.list({ ...options, signal: context.signal }).all(),
    [
      { title: 'TURN', value: ({ turnId }) => turnId },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'POLICY', value: ({ policy }) => policy },
      { title: 'AGENT', value: ({ agent }) => agent },
      { title: 'STARTED', value: ({ startedAt }) => startedAt },
      { title: 'DESCRIPTION', value: ({ description }) => description },
    ],
    `${handle.id} has no ${options.state ?? ''} turns.`.replace('  ', ' '),
  );
}

async function show(context: Context, workspace: string, id: string): Promise<void> {
  const handle = await context.workspace(workspace);
  const found = await handle.turns.get(id, { signal: context.signal });
  const { output } = context.printer;
  if (output === 'json' || output === 'yaml') return context.printer.value(found);
  const { changes, underneath, panels, ...head } = found;
  await context.printer.record({ ...head, panels: panels?.join(' ') });
  await sectionOf(context, 'Changes', changes);
  await sectionOf(context, 'What others changed under it', underneath);
}

type Steps = Undone['undone'];

function sectionOf(context: Context, title: string, changes: Steps): Promise<void> {
  return printSection(context, title, changes.length > 0 ? changes.flatMap(changeLines) : ['  none']);
}

async function commit(context: Context, workspace: string, id: string): Promise<void> {
  const handle = await context.workspace(workspace);
  const done = await handle.turns.commit(id, { signal: context.signal });
  await context.printer.written(`${handle.id} turn ${id} committed`, done);
  const panels = [...new Set(done.underneath.map(({ panelId }) => panelId))];
  if (panels.length > 0) context.terminal.note(`Others changed under it: ${panels.join(', ')}`);
}

async function abort(
  context: Context,
  workspace: string,
  id: string,
  { preview = false, yes }: TakeBackOptions,
): Promise<void> {
  const handle = await context.workspace(workspace);
  if (!preview && !yes) await context.terminal.confirm(`Take back what turn ${id} did?`, '--yes');
  const done = await handle.turns.abort(id, { preview, signal: context.signal });
  await tellUndone(context, handle.id, preview ? `turn ${id} would be aborted` : `turn ${id} aborted`, done);
}

async function undo(
  context: Context,
  workspace: string | undefined,
  { preview = false, yes, turn, panel, ...criteria }: UndoArguments,
): Promise<void> {
  const options: UndoOptions = {
    ...criteria,
    ...(turn === undefined ? {} : { turnId: turn }),
    ...(panel === undefined ? {} : { panels: panel }),
  };
  if (Object.keys(options).length === 0) {
    throw new UsageError('Say whose changes to take back: at least one criterion.', 'nexus undo --help');
  }
  const handle = await context.workspace(workspace);
  if (!preview && !yes) await context.terminal.confirm(`Take these changes of ${handle.id} back?`, '--yes');
  const done = await handle.undo({ ...options, preview, signal: context.signal });
  await tellUndone(context, handle.id, preview ? 'would be changed' : 'changed', done);
}

/** Tells what was taken back, and on standard error what was left because others wrote over it. */
async function tellUndone(context: Context, workspace: string, what: string, done: Undone): Promise<void> {
  const { undone, conflicts } = done;
  const head = undone.length > 0 ? `${workspace} ${what}` : `${workspace} ${what}: nothing to take back`;
  await context.printer.written([head, ...undone.flatMap(changeLines)].join('\n'), done);
  for (const { panelId, path, yours, theirs } of conflicts) {
    const place = `${panelId}#${plainText(path)}`;
    context.terminal.note(`Left at ${place}: to be ${shown(yours)}, there ${shown(theirs)}`);
  }
}
