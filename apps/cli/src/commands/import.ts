import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Context } from '../cli/context';
import { exitCodes } from '../cli/exit-codes';
import { Failure, UsageError } from '../cli/failures';
import { isRefusal } from '../cli/report';
import { Importer } from '../moving/import/importer';
import { lockImport } from '../moving/import/import-lock';
import { ImportReport } from '../moving/import/import-report';
import { type ImportHeader, Journal, listImports } from '../moving/import/journal';
import type { Existing } from '../moving/import/plan';
import { type SourceOptions, openSource } from '../moving/source/open-source';
import type { Source } from '../moving/source/source';
import { Progress } from '../output/progress';
import { undoImport } from './import-undo';

interface ImportCommandOptions extends SourceOptions {
  readonly dryRun?: boolean;
  readonly existing: Existing;
  readonly resume?: string;
  readonly undo?: string;
  readonly list?: boolean;
  readonly yes?: boolean;
}

type Ended = { readonly exitCode: number } | void;

/** `import`: brings panels in, takes an import back, or lists imports. */
export async function importCommand(
  context: Context,
  workspace: string | undefined,
  source: string | undefined,
  { dryRun = false, existing, resume, undo, list, yes = false, ...sourceOptions }: ImportCommandOptions,
): Promise<Ended> {
  if (list) return listCommand(context);
  if (undo !== undefined) {
    if (workspace !== undefined) throw new UsageError('--undo takes the id of an import, and nothing else.');
    return undoImport(context, importsFolder(context), undo, yes);
  }
  const named = await namedTarget(context, workspace, source);
  const opened = await openSource(named.source, sourceOptions, context.terminal.inputStream);
  const run = { context, opened, existing, workspace: named.workspace };
  return dryRun ? dryRunOf(run) : importInto(run, resume);
}

/** Where the journals of imports are. */
function importsFolder({ surroundings }: Context): string {
  return path.join(surroundings.dataFolder, 'imports');
}

/** `import SOURCE` is for the workspace in use. */
async function namedTarget(
  context: Context,
  first: string | undefined,
  second: string | undefined,
): Promise<{ workspace: string; source: string }> {
  if (first !== undefined && second !== undefined) return { workspace: first, source: second };
  const { workspace } = await context.settings();
  if (first === undefined) throw new UsageError('What to import is missing.', 'nexus import --help');
  if (workspace === undefined)
    throw new UsageError(`Where to import "${first}" to is missing.`, `nexus import WORKSPACE ${first}`);
  return { workspace, source: first };
}

interface Run {
  readonly context: Context;
  readonly opened: Source;
  readonly existing: Existing;
  readonly workspace: string;
}

async function dryRunOf(run: Run): Promise<Ended> {
  const report = await move(run, undefined, `Checking ${run.opened.label}`);
  const workspaceId = run.workspace;
  await run.context.printer.written(`${workspaceId}: ${report.summary(true)}`, {
    dryRun: true,
    workspaceId,
    ...report.toJSON(),
  });
  return { exitCode: report.failed > 0 ? exitCodes.failed : exitCodes.done };
}

async function importInto(run: Run, resume: string | undefined): Promise<Ended> {
  const { context, opened, workspace: workspaceId } = run;
  const journal = await openJournal(run, resume);
  const { id } = journal.header;
  const release = await lockImport(journal.folder);
  let report: ImportReport;
  try {
    report = await move(run, journal, `Importing ${opened.label}`);
    await journal.end();
  } catch (error) {
    const again = opened.identity === undefined ? `the same input and --resume ${id}` : 'the same command';
    context.terminal.note(
      `Import ${id} stopped. To go on: ${again}. To take it back: nexus import --undo ${id}`,
    );
    throw isRefusal(error) && error.code === 'held_for_approval' ? byApprovalOnly(workspaceId, error) : error;
  } finally {
    await journal.close();
    await release();
  }
  await context.printer.written(`import ${id} into ${workspaceId}: ${report.summary(false)}`, {
    importId: id,
    workspaceId,
    ...report.toJSON(),
  });
  context.terminal.note(`To take it back: nexus import --undo ${id}`);
  return { exitCode: report.failed > 0 ? exitCodes.failed : exitCodes.done };
}

/** An import is many changes, and cannot go on while the first one waits. */
function byApprovalOnly(workspace: string, { message }: Error): Failure {
  return new Failure(
    `${workspace} takes these panels by approval only: ${message}`,
    exitCodes.notAllowed,
    `nexus proposal list ${workspace} --state open`,
  );
}

/** The journal of a new import, or of the one that the same command began and did not end. */
async function openJournal(
  { context, opened, existing, workspace }: Run,
  resume: string | undefined,
): Promise<Journal> {
  const root = importsFolder(context);
  const { url, owner } = await context.settings();
  const address = { url, owner, workspace };
  const fingerprint = opened.identity && fingerprintOf({ ...address, existing, source: opened.identity });
  const isUnended = (header: ImportHeader) =>
    fingerprint !== undefined && header.fingerprint === fingerprint && header.endedAt === undefined;
  const id = resume ?? (await listImports(root)).find(isUnended)?.id;
  if (id === undefined) {
    const begunAt = new Date().toISOString();
    const header = {
      id: `imp-${randomBytes(5).toString('hex')}`,
      ...address,
      source: opened.label,
      fingerprint,
      begunAt,
    };
    const journal = await Journal.create(root, header);
    context.terminal.note(`Import ${header.id} of ${opened.label} into ${workspace}.`);
    return journal;
  }
  const journal = await Journal.open(root, id);
  const { header } = journal;
  if (header.url !== url || header.owner !== owner || header.workspace !== workspace) {
    throw new Failure(`Import ${id} is into ${header.workspace} of ${header.url}.`);
  }
  if (header.endedAt !== undefined) throw new Failure(`Import ${id} has ended at ${header.endedAt}.`);
  context.terminal.note(`Going on with import ${id} of ${header.begunAt}.`);
  return journal;
}

function fingerprintOf(facts: object): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

async function move(
  { context, opened, existing, workspace }: Run,
  journal: Journal | undefined,
  label: string,
) {
  const { signal, terminal } = context;
  context.bePatient();
  const handle = await context.workspace(workspace);
  const report = new ImportReport();
  const progress = new Progress(terminal, label);
  const onProgress = () => progress.show(opened.progress(), report.total);
  try {
    await new Importer(handle, { existing, journal, report, onProgress, signal }).run(opened);
    progress.end(report.total);
  } finally {
    progress.clear();
    tellProblems(context, report);
  }
  return report;
}

function tellProblems({ terminal }: Context, { problems, failed }: ImportReport): void {
  const more = failed > problems.length ? [`  and ${failed - problems.length} more`] : [];
  if (failed > 0) {
    terminal.failure([
      `nexus: ${failed} of the source could not be imported:`,
      ...problems.map(({ place, problem }) => `  ${place} ${problem}`),
      ...more,
    ]);
  }
}

async function listCommand(context: Context): Promise<void> {
  await context.printer.list(
    await listImports(importsFolder(context)),
    [
      { title: 'IMPORT', value: ({ id }) => id },
      { title: 'BEGUN', value: ({ begunAt }) => begunAt },
      { title: 'ENDED', value: ({ endedAt }) => endedAt ?? '' },
      { title: 'WORKSPACE', value: ({ workspace }) => workspace },
      { title: 'SERVICE', value: ({ url }) => url },
      { title: 'SOURCE', value: ({ source }) => source },
    ],
    'There are no imports.',
  );
}
