import type { Command } from 'commander';
import type { Context } from './context';

/** Does the work of a command. `exitCode` of what it returns is that of the process, 0 where it returns nothing. */
export type Action = (context: Context, ...given: never[]) => Promise<{ readonly exitCode: number } | void>;

/** Adds commands to the tree. */
export type AddCommands = (
  parent: Command,
  run: (action: Action) => (...given: unknown[]) => Promise<void>,
) => void;

/** Examples below the help of a command: what to type, and what it does. */
export function examples(
  command: Command,
  ...lines: readonly (readonly [type: string, does: string])[]
): Command {
  const width = Math.max(...lines.map(([type]) => type.length)) + 2;
  const text = lines.map(([type, does]) => `  $ ${type.padEnd(width)}# ${does}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${text}`);
}
