import { Option } from 'commander';
import type { ContextQuery } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { collected, wholeNumber } from '../input/options';

const kinds = ['state', 'changes', 'presence'] as const;

interface ContextOptions extends Pick<ContextQuery, 'query' | 'include' | 'format' | 'tokenizer'> {
  readonly budget: number;
  readonly since?: number;
  readonly panel?: readonly string[];
  readonly pointer?: readonly string[];
}

/** The command that writes a workspace down for a model. */
export const addContextCommand: AddCommands = (parent, run) => {
  examples(
    parent
      .command('context [workspace]')
      .description('Print what a workspace holds, as a text for a model with a budget of tokens')
      .requiredOption('--budget <n>', 'the most tokens that the text may have', wholeNumber)
      .option('--query <text>', 'what it is for: what has to do with it comes first')
      .option('--since <revision>', 'print what has changed since that revision', wholeNumber)
      .option(
        '--panel <pattern>',
        'only panels whose ids match it, in which * stands for any characters; may be repeated',
        collected(),
      )
      .option(
        '--pointer <glob>',
        'only values there: * is one token of a JSON Pointer, ** any number; may be repeated',
        collected(),
      )
      .addOption(
        new Option('--include <what>', 'what to tell of; may be repeated')
          .choices(kinds)
          .argParser(collected(kinds)),
      )
      .addOption(new Option('--format <format>', 'how it is written').choices(['markdown', 'json', 'xml']))
      .addOption(
        new Option('--tokenizer <name>', 'what counts the tokens').choices(['o200k_base', 'cl100k_base']),
      )
      .action(run(write)),
    ['nexus context garden --budget 4000', 'print it'],
    ['nexus context garden --budget 500 --query "Which lamps are on?"', 'print what has to do with it'],
    ['nexus context garden --budget 500 --since 17', 'print what is new'],
    [
      'nexus context garden --budget 4000 -o json | jq .tokens',
      'print the text with its parts, for a program',
    ],
  );
};

/** `context`: the text alone, or all that the service says of it. */
async function write(
  context: Context,
  workspace: string | undefined,
  { budget, since, panel, pointer, ...query }: ContextOptions,
): Promise<void> {
  const handle = await context.workspace(workspace);
  const asked: ContextQuery = {
    ...query,
    budgetTokens: budget,
    ...(panel ? { panels: panel } : {}),
    ...(pointer ? { pointers: pointer } : {}),
    ...(since === undefined ? {} : { sinceRevision: since }),
  };
  const written = await handle.context(asked, { signal: context.signal });
  const { output } = context.printer;
  if (output === 'json' || output === 'yaml') return context.printer.value(written);
  const { text, tokens, revision, omitted } = written;
  await context.terminal.data(text === '' || text.endsWith('\n') ? text : `${text}\n`);
  const left = omitted.length === 0 ? '' : `, ${omitted.length} parts left out`;
  context.terminal.note(`${tokens} of ${budget} tokens${left}. What is new later: --since ${revision}`);
}
