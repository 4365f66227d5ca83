import { spawn } from 'node:child_process';
import { Option } from 'commander';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { Failure } from '../cli/failures';

/** The commands about snapshots. */
export const addSnapshotCommands: AddCommands = (parent, run) => {
  const snapshot = parent.command('snapshot').description('Take, list, compare and restore snapshots');
  examples(
    snapshot
      .command('create [workspace]')
      .description('Take a snapshot of all panels, and wait until it is committed')
      .option('--description <text>', 'the message of its commit')
      .action(run(create)),
    ['nexus snapshot create garden --description "Before the party"', 'take one'],
  );
  snapshot
    .command('list [workspace]')
    .alias('ls')
    .description('List snapshots, newest first')
    .action(run(list));
  snapshot.command('show <workspace> <id>').description('Print a snapshot with its panels').action(run(show));
  examples(
    snapshot
      .command('diff <workspace> <id> [to]')
      .description('Show what has changed since a snapshot: up to another one, a commit, or now')
      .action(run(diff)),
    ['nexus snapshot diff garden 0c5f7a52-…', 'compare with now'],
  );
  examples(
    snapshot
      .command('restore <workspace> <id>')
      .description('Make the workspace what it was; ID is that of a snapshot, or a commit')
      .addOption(
        new Option('--mode <mode>', 'overlay leaves alone what was made since').choices(['exact', 'overlay']),
      )
      .option('--yes', 'do not ask')
      .action(run(restore)),
    ['nexus snapshot restore garden 0c5f7a52-… --yes', 'restore without a question'],
  );
  examples(
    parent
      .command('clone <workspace> [folder]')
      .description('Clone the git repository of a workspace: a commit for each snapshot')
      .action(run(clone)),
    ['nexus clone garden', 'clone into ./garden'],
  );
};

async function create(
  context: Context,
  workspace: string | undefined,
  options: { readonly description?: string },
): Promise<void> {
  const { snapshots, id } = await context.workspace(workspace);
  context.terminal.note(`Taking a snapshot of ${id}.`);
  const taken = await snapshots.create({ ...options, signal: context.signal });
  await context.printer.written(`${id} snapshot ${taken.snapshotId}`, taken);
}

async function list(context: Context, workspace: string | undefined): Promise<void> {
  const { snapshots, id } = await context.workspace(workspace);
  await context.printer.list(
    await snapshots.list({ signal: context.signal }).all(),
    [
      { title: 'SNAPSHOT', value: ({ snapshotId }) => snapshotId },
      { title: 'TYPE', value: ({ type }) => type },
      { title: 'PANELS', value: ({ panelCount }) => panelCount },
      { title: 'BY', value: ({ createdBy }) => createdBy },
      { title: 'CREATED', value: ({ createdAt }) => createdAt },
      { title: 'COMMIT', value: ({ gitCommitHash }) => gitCommitHash.slice(0, 10) },
      { title: 'DESCRIPTION', value: ({ description }) => description },
    ],
    `${id} has no snapshots. Take one: nexus snapshot create ${id}`,
  );
}

async function show(context: Context, workspace: string, snapshotId: string): Promise<void> {
  const { snapshots } = await context.workspace(workspace);
  await context.printer.value(await snapshots.get(snapshotId, { signal: context.signal }));
}

async function diff(
  context: Context,
  workspace: string,
  from: string,
  to: string | undefined,
): Promise<void> {
  const { snapshots } = await context.workspace(workspace);
  const found = await snapshots.diff(from, to, { signal: context.signal });
  const { output } = context.printer;
  if (output === 'json' || output === 'yaml') return context.printer.value(found);
  await context.printer.list(
    Object.entries(found.panels),
    [
      { title: 'PANEL', value: ([panelId]) => panelId },
      { title: 'CHANGE', value: ([, { change }]) => change },
      { title: 'FROM', value: ([, { fromVersion }]) => fromVersion },
      { title: 'TO', value: ([, { toVersion }]) => toVersion },
      { title: 'PATHS', value: ([, { patch }]) => patch.map(({ path }) => path || '(all)').join(' ') },
    ],
    'Nothing has changed.',
  );
}

async function restore(
  context: Context,
  workspace: string,
  id: string,
  { yes, ...options }: { readonly yes?: boolean; readonly mode?: 'exact' | 'overlay' },
): Promise<void> {
  const handle = await context.workspace(workspace);
  if (!yes) await context.terminal.confirm(`Restore ${handle.id} to ${id}?`, '--yes');
  const which = /^[0-9a-f]{40}$/.test(id) ? { gitCommitHash: id } : { snapshotId: id };
  context.terminal.note(`Restoring ${handle.id}.`);
  const done = await handle.snapshots.restore({ ...which, ...options, signal: context.signal });
  const counts = `${done.restoredPanels} restored, ${done.deletedPanels} deleted, ${done.unchangedPanels} unchanged`;
  await context.printer.written(`${handle.id} revision ${done.revision} (${counts})`, done);
  context.terminal.note(`To undo it: nexus snapshot restore ${handle.id} ${done.safetySnapshotId}`);
}

async function clone(
  context: Context,
  workspace: string,
  folder: string | undefined,
): Promise<{ exitCode: number }> {
  const { id } = await context.workspace(workspace);
  const { url, owner, token } = await context.settings();
  const names = [...(owner === undefined ? [] : [owner]), id].map(encodeURIComponent);
  const repository = `${url.replace(/\/+$/, '')}/git/${names.join('/')}.git`;
  // In the environment of git the token is neither in the list of processes nor in the clone.
  const header = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
  };
  const argv = ['clone', ...(context.terminal.quiet ? ['--quiet'] : []), '--', repository, folder ?? id];
  const child = spawn('git', argv, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...context.surroundings.env, ...header },
    signal: context.signal,
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Failure('git is not installed; clone needs it.') : error),
    );
    child.once('exit', (status) => resolve(status ?? 1));
  });
  if (code === 0) {
    await context.printer.written(folder ?? id, { workspaceId: id, folder: folder ?? id, url: repository });
    return { exitCode: 0 };
  }
  throw new Failure(`git clone of ${repository} failed.`, undefined, `nexus snapshot create ${id}`);
}
