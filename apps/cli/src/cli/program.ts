import { Command, Option } from 'commander';
import { addConnectionCommands } from '../commands/connection';
import { addContextCommand } from '../commands/context';
import { addKeyCommands } from '../commands/keys';
import { addLockCommands } from '../commands/locks';
import { addReadingCommands, addWritingCommands } from '../commands/panels';
import { addMovingCommands } from '../commands/moving';
import { addProposalCommands } from '../commands/proposals';
import { addSnapshotCommands } from '../commands/snapshots';
import { addTurnCommands } from '../commands/turns';
import { addWorkspaceCommands } from '../commands/workspaces';
import { outputs } from '../output/printer';
import { type AddCommands, type Action, examples } from './define';

const addAgentCommands: AddCommands = (parent, run) => {
  addContextCommand(parent, run);
  addProposalCommands(parent, run);
  addTurnCommands(parent, run);
};

/** The groups of the help, in its order. */
const groups: readonly (readonly [title: string, add: AddCommands])[] = [
  ['Connection:', addConnectionCommands],
  ['Read panels:', addReadingCommands],
  ['Change panels:', addWritingCommands],
  ['Workspaces and members:', addWorkspaceCommands],
  ['Snapshots:', addSnapshotCommands],
  ['People and AI:', addAgentCommands],
  ['Move data:', addMovingCommands],
  ['Keys:', addKeyCommands],
  ['Locks:', addLockCommands],
];

/**
 * The tree of commands.
 * @param run makes of an action what commander calls
 */
export function makeProgram(run: (action: Action) => (...given: unknown[]) => Promise<void>): Command {
  const program = new Command('nexus')
    .description('The command line of Nexus State: panels, keys, snapshots and locks.')
    .usage('[options] <command>')
    .addOption(new Option('-o, --output <format>', 'how to print data').choices(outputs))
    .option('-q, --quiet', 'print data and failures only')
    .option('--no-color', 'print without colours, as with NO_COLOR')
    .option('--profile <name>', 'use that profile')
    .option('--owner <user>', 'whose workspace is meant, where several with its id are within reach')
    .helpCommand('help [command]', 'Show help for a command')
    .showSuggestionAfterError()
    .exitOverride();
  for (const [title, add] of groups) {
    program.commandsGroup(title);
    add(program, run);
  }
  program.commandsGroup('Shell:');
  program.addHelpText(
    'after',
    `
Settings: NEXUS_URL, NEXUS_REALTIME_URL, NEXUS_TOKEN, NEXUS_OWNER and NEXUS_WORKSPACE win over the profile.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 conflict, 4 not found, 5 not allowed, 6 unavailable, 130 Ctrl-C.
nexus --version prints the version.`,
  );
  return examples(
    program,
    ['nexus login', 'use the development stack of npm start'],
    [`nexus create demo/lamp '{"on": false}'`, 'create a panel'],
    [`nexus merge demo/lamp '{"on": true}'`, 'change it'],
    ['nexus watch demo', 'see what others do'],
    ['nexus history demo/lamp', 'see what was done'],
    ['nexus revert demo/lamp 1', 'go back'],
  );
}
