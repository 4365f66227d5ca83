import { type AddCommands, examples } from '../cli/define';
import * as profiles from './profiles';
import * as status from './status';

/** The commands about the connection to a service. */
export const addConnectionCommands: AddCommands = (parent, run) => {
  examples(
    parent
      .command('login [url]')
      .description('Keep address and token in a profile; without URL, those of the development stack')
      .option('--token <token>', 'the token; others may see it in the list of processes')
      .option('--token-stdin', 'read the token from standard input')
      .option('--realtime-url <url>', 'the address of the realtime gateway')
      .option('--as <profile>', 'the name of the profile; "default" where not given')
      .action(run(profiles.login)),
    ['nexus login', 'use what npm start runs'],
    ['nexus login https://state.example.org --token-stdin < token', 'use a service'],
    ['nexus login https://state.example.org --token-stdin --as prod < token', 'keep several'],
  );
  const list = parent.command('profiles').description('List profiles; use and delete them');
  list
    .command('list', { isDefault: true })
    .description('List profiles; * marks the current one')
    .action(run(profiles.list));
  examples(
    list.command('use <profile>').description('Make a profile the current one').action(run(profiles.use)),
    ['nexus profiles use prod', 'use it from now on'],
    ['nexus status --profile prod', 'use it once'],
  );
  list
    .command('rm <profile>')
    .description('Delete a profile')
    .option('--yes', 'do not ask')
    .action(run(profiles.remove));
  parent
    .command('whoami')
    .description('Print who you are for the service, and what your token allows')
    .action(run(status.whoami));
  parent
    .command('status')
    .description('Print whether the service answers, and where it is')
    .action(run(status.status));
};
