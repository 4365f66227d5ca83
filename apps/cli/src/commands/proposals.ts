import { Option } from 'commander';
import type { PatchRequest, ProposalState, ProposedChange, Resolution } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { UsageError } from '../cli/failures';
import { timeSpan, wholeNumber, wholeNumbers } from '../input/options';
import { objectArgument, operationsArgument } from '../input/values';
import { newestVersion } from './newest-version';
import { showProposal } from './proposal-text';

const states: readonly ProposalState[] = ['open', 'approved', 'rejected', 'withdrawn', 'expired'];
const jsonHelp = 'JSON, @FILE, or - for standard input';

interface ProposeOptions {
  readonly title: string;
  readonly reason?: string;
  readonly version?: number;
  readonly state?: string;
  readonly delete?: boolean;
  readonly changes?: string;
  /** Milliseconds. */
  readonly expires?: number;
}

/** The commands about changes that wait for a person. */
export const addProposalCommands: AddCommands = (parent, run) => {
  examples(
    parent
      .command('propose <target> [operations]')
      .description(
        'Propose a change, for somebody else to approve. TARGET is a panel, or with --changes a workspace.\n' +
          `OPERATIONS is a JSON Patch (RFC 6902, and "inc"): ${jsonHelp}`,
      )
      .requiredOption('--title <text>', 'what it is, in a line')
      .option('--reason <text>', 'why')
      .option('--version <n>', 'base version of the change; the newest where not given', wholeNumber)
      .option('--state <json>', `propose this whole state instead: ${jsonHelp}`)
      .option('--delete', 'propose to delete the panel instead')
      .option('--changes <json>', `propose changes of several panels, as the API has them: ${jsonHelp}`)
      .option('--expires <time>', 'close it by itself after that time', timeSpan)
      .action(run(propose)),
    [
      `nexus propose garden/lamp '[{"op": "inc", "path": "/brightness", "value": 5}]' --title "Brighter"`,
      'a patch',
    ],
    [`nexus propose garden/fan --state '{"speed": 1}' --title "A fan"`, 'a whole state, or a new panel'],
    [
      'nexus propose garden --changes @changes.json --title "Rearrange" --expires 1d',
      'several panels as one',
    ],
  );
  const proposal = parent.command('proposal').description('List, show, approve and reject proposals');
  examples(
    proposal
      .command('list [workspace]')
      .alias('ls')
      .description('List proposals, newest first')
      .addOption(new Option('--state <state>', 'only those in this state').choices(states))
      .action(run(list)),
    ['nexus proposal list garden --state open', 'list what waits'],
  );
  examples(
    proposal
      .command('show <workspace> <id>')
      .description('Print a proposal: its operations with their numbers, and what it comes to now')
      .action(run(showProposal)),
    ['nexus proposal show garden 0c5f7a52-…', 'see what it would do'],
  );
  examples(
    proposal
      .command('approve <workspace> <id>')
      .description('Make the changes of a proposal, merged over what came since')
      .option('--operations <numbers>', 'only these, such as 0,2: see proposal show', wholeNumbers)
      .option(
        '--resolutions <json>',
        `settle conflicts: [{"panelId", "path", "value"}], without a value to remove: ${jsonHelp}`,
      )
      .option('--comment <text>', 'what there is to say')
      .action(run(approve)),
    ['nexus proposal approve garden 0c5f7a52-… --comment "Thanks"', 'make all of its changes'],
    [
      `nexus proposal approve garden 0c5f7a52-… --resolutions '[{"panelId": "lamp", "path": "/on", "value": true}]'`,
      'settle a conflict',
    ],
  );
  examples(
    proposal
      .command('reject <workspace> <id>')
      .description('Close a proposal without making its changes')
      .requiredOption('--reason <text>', 'why not')
      .action(run(reject)),
    ['nexus proposal reject garden 0c5f7a52-… --reason "Too bright"', 'say no'],
  );
  examples(
    proposal
      .command('withdraw <workspace> <id>')
      .description('Take back a proposal of your own')
      .action(run(withdraw)),
    ['nexus proposal withdraw garden 0c5f7a52-…', 'take it back'],
  );
};

/** `propose`: a change of one panel, or of several as one. */
async function propose(
  context: Context,
  target: string,
  operations: string | undefined,
  options: ProposeOptions,
): Promise<void> {
  const { title, reason, expires, changes: several } = options;
  const given = [operations, options.state, options.delete, several].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError(
      'Propose one of these: OPERATIONS, --state, --delete and --changes.',
      'nexus propose --help',
    );
  }
  const { workspace, changes } =
    several === undefined
      ? await changeOfPanel(context, target, operations, options)
      : await changesOfSeveral(context, target, several);
  const { signal } = context;
  const made = await workspace.proposals.create(
    {
      title,
      changes,
      ...(reason === undefined ? {} : { reason }),
      ...(expires === undefined ? {} : { expiresInSeconds: Math.ceil(expires / 1000) }),
    },
    { signal },
  );
  await context.printer.written(`${workspace.id} proposal ${made.proposalId} ${made.state}`, made);
  context.terminal.note(`To see what it comes to: nexus proposal show ${workspace.id} ${made.proposalId}`);
}

async function changesOfSeveral(context: Context, target: string, text: string) {
  const workspace = await context.workspace(target);
  const changes = (await operationsArgument(text, context.terminal)) as unknown as ProposedChange[];
  return { workspace, changes };
}

async function changeOfPanel(
  context: Context,
  target: string,
  operations: string | undefined,
  options: Pick<ProposeOptions, 'version' | 'state' | 'delete'>,
) {
  const { panel, reference } = await context.panel(target);
  const { terminal, signal } = context;
  const what =
    operations !== undefined
      ? { patches: (await operationsArgument(operations, terminal)) as unknown as PatchRequest }
      : options.state !== undefined
        ? { state: await objectArgument(options.state, terminal) }
        : { delete: true as const };
  // Without a panel, 0: a whole state is then a new one.
  const version = options.version ?? (await newestVersion(panel, signal)) ?? 0;
  const workspace = await context.workspace(reference.workspace);
  context.place = { ...context.place, subject: target };
  const changes: ProposedChange[] = [{ panelId: reference.panel, version, ...what }];
  return { workspace, changes };
}

async function list(
  context: Context,
  workspace: string | undefined,
  options: { readonly state?: ProposalState },
): Promise<void> {
  const handle = await context.workspace(workspace);
  await context.printer.list(
    await handle.proposals.list({ ...options, signal: context.signal }).all(),
    [
      { title: 'PROPOSAL', value: ({ proposalId }) => proposalId },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'BY', value: ({ proposedBy }) => proposedBy },
      { title: 'PROPOSED', value: ({ proposedAt }) => proposedAt },
      {
        title: 'PANELS',
        value: ({ changes }) => [...new Set(changes.map(({ panelId }) => panelId))].join(' '),
      },
      { title: 'TITLE', value: ({ title }) => title },
    ],
    `${handle.id} has no ${options.state ?? ''} proposals.`.replace('  ', ' '),
  );
}

async function approve(
  context: Context,
  workspace: string,
  id: string,
  {
    resolutions: text,
    ...chosen
  }: { readonly operations?: readonly number[]; readonly resolutions?: string; readonly comment?: string },
): Promise<void> {
  const handle = await context.workspace(workspace);
  const { terminal, signal } = context;
  const settled = text === undefined ? {} : { resolutions: await resolutionsArgument(text, terminal) };
  const done = await handle.proposals.approve(id, { ...chosen, ...settled, signal });
  const lines = done.panels.map(({ panelId, version }) => `${handle.id}/${panelId} version ${version}`);
  await context.printer.written([`${handle.id} proposal ${id} approved`, ...lines].join('\n'), done);
}

async function resolutionsArgument(text: string, terminal: Context['terminal']): Promise<Resolution[]> {
  return (await operationsArgument(text, terminal)) as unknown as Resolution[];
}

async function reject(
  context: Context,
  workspace: string,
  id: string,
  { reason }: { readonly reason: string },
): Promise<void> {
  const handle = await context.workspace(workspace);
  const rejected = await handle.proposals.reject(id, reason, { signal: context.signal });
  await context.printer.written(`${handle.id} proposal ${id} ${rejected.state}`, rejected);
}

async function withdraw(context: Context, workspace: string, id: string): Promise<void> {
  const handle = await context.workspace(workspace);
  const withdrawn = await handle.proposals.withdraw(id, { signal: context.signal });
  await context.printer.written(`${handle.id} proposal ${id} ${withdrawn.state}`, withdrawn);
}
