import type { NexusError } from '@nexus-state/client';
import { type Command, CommanderError } from 'commander';
import { Context, type GlobalOptions, type Surroundings } from './context';
import type { Action } from './define';
import { exitCodes } from './exit-codes';
import { Interrupted } from './failures';
import { makeProgram } from './program';
import { isRefusal, report } from './report';
import { Terminal } from './terminal';

/**
 * Runs one command.
 * @param argv what stands behind `nexus`
 * @returns the exit code
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const [own, behindDashes] = splitAtDashes(argv);
  let context: Context | undefined;
  let exitCode: number = exitCodes.done;
  const program = makeProgram((action: Action) => async (...given) => {
    // Commander gives the arguments, then the options, then the command.
    given.pop();
    context = new Context(surroundings, program.opts<GlobalOptions>(), behindDashes);
    const ended = await (action as (context: Context, ...given: unknown[]) => ReturnType<Action>)(
      context,
      ...given,
    );
    exitCode = ended?.exitCode ?? exitCodes.done;
  });
  prepare(program, surroundings);
  await addCompletion(program, own);
  try {
    await program.parseAsync(own.length === 0 ? ['--help'] : [...own], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (context && isProposed(error)) return tellProposal(context, error);
    return explain(error, surroundings, context);
  } finally {
    await context?.close();
  }
}

/** Every command of the tree writes to our streams, and throws instead of ending the process. */
function prepare(command: Command, surroundings: Surroundings): void {
  command
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void surroundings.stdout.write(text),
      writeErr: (text) => void surroundings.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'nexus: ')),
    })
    .exitOverride()
    .showHelpAfterError(`  try:   ${pathOf(command)} --help`);
  for (const child of command.commands) prepare(child, surroundings);
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** The scripts of shells, and what they ask for while a person types: loaded only when it is asked for. */
export async function addCompletion(program: Command, argv: readonly string[]): Promise<void> {
  if (argv[0] !== 'completion' && argv[0] !== 'complete') {
    program
      .command('completion <shell>')
      .description('Print the script that completes commands in bash, zsh or fish');
    return;
  }
  const { default: tab } = await import('@bomb.sh/tab/commander');
  tab(program, { completionCommandName: 'completion' });
}

function isProposed(error: unknown): error is NexusError {
  return isRefusal(error) && error.code === 'held_for_approval';
}

/** A change that a rule holds back is not refused: it is on its way. */
async function tellProposal(context: Context, { facts }: NexusError): Promise<number> {
  const { proposalId } = facts as { readonly proposalId: string };
  const { subject = '' } = context.place;
  const [workspace] = subject.split('/', 1);
  await context.printer.written(`${subject} proposal ${proposalId} open`, { proposalId, state: 'open' });
  context.terminal.note(
    `It waits for approval. To see what it comes to: nexus proposal show ${workspace} ${proposalId}`,
  );
  return exitCodes.done;
}

function explain(error: unknown, surroundings: Surroundings, context: Context | undefined): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  const { env, signal } = surroundings;
  const isInterrupted = signal.aborted && !(error instanceof Interrupted);
  const { lines, exitCode } = report(isInterrupted ? signal.reason : error, context?.place);
  const terminal =
    context?.terminal ?? new Terminal(surroundings, { env, color: true, quiet: false, signal });
  terminal.failure(lines);
  return exitCode;
}

/** What stands behind `--` belongs to another command: its options are not ours. */
function splitAtDashes(argv: readonly string[]): [own: readonly string[], behind: readonly string[]] {
  const at = argv.includes('lock') ? argv.indexOf('--') : -1;
  return at < 0 ? [argv, []] : [argv.slice(0, at), argv.slice(at + 1)];
}
