import { Option } from 'commander';
import { type AddCommands, examples } from '../cli/define';
import { count, instant, wholeNumber } from '../input/options';
import * as reading from './panels-reading';
import * as writing from './panels-writing';

const base = 'base version of the change';
const stateHelp = 'JSON, @FILE, or - for standard input';

/** What becomes of a change that is based on an old version. */
const onConflict = () =>
  new Option('--on-conflict <how>', 'what to do when the base version is not the newest').choices([
    'reject',
    'merge',
    'overwrite',
  ]);

/** The turn of an agent that a change belongs to. */
const inTurn = () => new Option('--turn <id>', 'make it part of a turn: see turn begin');

/** The commands that read panels. */
export const addReadingCommands: AddCommands = (parent, run) => {
  examples(
    parent.command('ls [workspace]').description('List the panels of a workspace').action(run(reading.list)),
    ['nexus ls garden', 'list the panels of "garden"'],
    ['nexus ls', 'list the panels of the workspace in use'],
  );
  examples(
    parent
      .command('get <panel>')
      .description('Print the state of a panel, or a part of it')
      .option('--version <n>', 'print that version', wholeNumber)
      .option('--at <time>', 'print the state at an instant, or a time ago such as 5m', instant)
      .option('--full', 'print version and time, too')
      .option('--fresh', 'read past the caches of the service')
      .action(run(reading.get)),
    ['nexus get garden/lamp', 'print the state'],
    ["nexus get 'garden/lamp#/brightness'", 'print one value'],
    ['nexus get garden/lamp --version 3', 'print an old version'],
    ['nexus get garden/lamp --at 10m', 'print what there was ten minutes ago'],
  );
  examples(
    parent
      .command('history <panel>')
      .description('List the changes of a panel, newest first')
      .option('--limit <n>', 'list the newest n', count)
      .option('--since <time>', 'list changes since an instant, or a time ago', instant)
      .option('--until <time>', 'list changes until an instant, or a time ago', instant)
      .action(run(reading.history)),
    ['nexus history garden/lamp --limit 10', 'list the last ten changes'],
    ['nexus history garden/lamp --since 1h -o json', 'list the last hour, with patches'],
  );
  examples(
    parent
      .command('diff <panel> <v1> [v2]')
      .description('Show what differs between two versions of a panel; without v2, between v1 and now')
      .action(run(reading.diff)),
    ['nexus diff garden/lamp 3 5', 'show what changed from version 3 to 5'],
  );
  examples(
    parent
      .command('blame <panel>')
      .description('Show which change last set each value')
      .option('--version <n>', 'look at that version', wholeNumber)
      .action(run(reading.blame)),
    ['nexus blame garden/lamp', 'show the author of each value'],
    ["nexus blame 'garden/lamp#/tags'", 'show the authors below a pointer'],
  );
  examples(
    parent
      .command('watch <target>')
      .description('Follow the changes of a workspace or panel until Ctrl-C')
      .option(
        '--since <revision>',
        'begin after that revision of the workspace; 0 is its beginning',
        wholeNumber,
      )
      .option('--count <n>', 'end after n changes', count)
      .action(run(reading.watch)),
    ['nexus watch garden', 'follow all panels'],
    ['nexus watch garden/lamp -o json | jq .patch', 'follow one, for a program'],
    ['nexus watch garden --since 0', 'begin with all that happened'],
  );
};

/** The commands that change panels. */
export const addWritingCommands: AddCommands = (parent, run) => {
  examples(
    parent
      .command('create <panel> <state>')
      .description(`Create a panel. STATE is ${stateHelp}`)
      .addOption(inTurn())
      .action(run(writing.create)),
    [`nexus create garden/lamp '{"on": false}'`, 'create the panel, and the workspace if need be'],
    ['nexus create garden/lamp @lamp.json', 'create it from a file'],
  );
  examples(
    parent
      .command('set <panel> <state>')
      .description(`Replace the state of a panel, or create it. STATE is ${stateHelp}`)
      .option('--version <n>', base, wholeNumber)
      .option('--force', 'replace whatever is there')
      .addOption(onConflict())
      .addOption(inTurn())
      .action(run(writing.set)),
    [`nexus set garden/lamp '{"on": true}' --version 3`, 'replace version 3, or be refused'],
    ["nexus get a/b -o json | jq '.on = true' | nexus set a/b - --force", 'in a script'],
  );
  examples(
    parent
      .command('patch <panel> <operations>')
      .description(`Apply a JSON Patch (RFC 6902, and "inc"). OPERATIONS is ${stateHelp}`)
      .option('--version <n>', base, wholeNumber)
      .addOption(onConflict())
      .addOption(inTurn())
      .action(run(writing.patch)),
    [`nexus patch garden/lamp '[{"op": "replace", "path": "/on", "value": true}]'`, 'set one value'],
    [`nexus patch garden/lamp '[{"op": "inc", "path": "/brightness", "value": 5}]'`, 'add to a number'],
  );
  examples(
    parent
      .command('merge <panel> <partial>')
      .description(`Merge into a panel (RFC 7396): null removes. PARTIAL is ${stateHelp}`)
      .option('--version <n>', base, wholeNumber)
      .addOption(onConflict())
      .addOption(inTurn())
      .action(run(writing.merge)),
    [`nexus merge garden/lamp '{"on": true, "tags": null}'`, 'set "on", remove "tags"'],
  );
  examples(
    parent
      .command('edit <panel>')
      .description('Edit a panel in $VISUAL or $EDITOR; merges what others do meanwhile')
      .addOption(inTurn())
      .action(run(writing.edit)),
    ['EDITOR=nano nexus edit garden/lamp', 'edit the state'],
  );
  examples(
    parent
      .command('revert <panel> <n>')
      .description('Write what version n held as a new version')
      .option('--version <n>', base, wholeNumber)
      .addOption(inTurn())
      .action(run(writing.revert)),
    ['nexus revert garden/lamp 2', 'go back to what version 2 held'],
  );
  examples(
    parent
      .command('rm <panel>')
      .description('Delete a panel; its history is kept')
      .option('--version <n>', base, wholeNumber)
      .option('--yes', 'do not ask')
      .addOption(inTurn())
      .action(run(writing.remove)),
    ['nexus rm garden/lamp --yes', 'delete it without a question'],
  );
};
