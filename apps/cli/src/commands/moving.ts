import { Option } from 'commander';
import { type AddCommands, examples } from '../cli/define';
import { wholeNumber } from '../input/options';
import { existingChoices } from '../moving/import/plan';
import { exportWorkspace } from './export';
import { importCommand } from './import';

const sources = `SOURCE is a folder of JSON files, a file of NDJSON or - for standard input, a git repository of
snapshots, or the address of a PostgreSQL database.`;

/** The commands that move panels in and out. */
export const addMovingCommands: AddCommands = (parent, run) => {
  examples(
    parent
      .command('import [workspace] [source]')
      .description(`Import panels; prints an import id that takes it back.\n${sources}`)
      .option('--dry-run', 'say what would be done, and do nothing')
      .addOption(
        new Option('--existing <how>', 'what to do with panels that are there and differ')
          .choices(existingChoices)
          .default('replace'),
      )
      .option('--id <name>', 'field or column with the id of a panel; without it, panelId, panel_id or id')
      .option(
        '--state <name>',
        'field or column with its state, default state; * is the whole record without the id',
      )
      .option('--table <name>', 'table of a database')
      .option('--query <sql>', 'query of a database')
      .option('--commit <name>', 'commit of a git repository, default HEAD')
      .option('--resume <id>', 'go on with that import; the same command does so by itself where it can')
      .option('--undo <id>', 'take an import back')
      .option('--list', 'list the imports of this machine')
      .option('--yes', 'with --undo: do not ask')
      .action(run(importCommand)),
    ['nexus import garden ./panels', 'import lamp.json as the panel "lamp", and so on'],
    ['nexus import garden panels.ndjson --dry-run', 'see what would be done'],
    ['nexus export garden | nexus import yard -', 'copy a workspace'],
    ['nexus import garden postgres://db/app --table panels --id key --state data', 'import a table'],
    ['nexus import --undo imp-0a1b2c3d4e --yes', 'take back exactly what an import made, without a question'],
  );
  examples(
    parent
      .command('export [workspace] [target]')
      .description('Export panels as NDJSON to standard output, or as JSON files into a new folder')
      .option('--history', 'export the changes of each panel, too')
      .option('--revision <n>', 'export the workspace as it was at that revision', wholeNumber)
      .action(run(exportWorkspace)),
    ['nexus export garden > garden.ndjson', 'a line for each panel'],
    ['nexus export garden ./garden --history', 'a file for each panel, and one for its changes'],
  );
};
