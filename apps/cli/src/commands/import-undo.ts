import type { Context } from '../cli/context';
import { Failure } from '../cli/failures';
import { BatchWriter } from '../moving/import/batch-writer';
import { lockImport } from '../moving/import/import-lock';
import { Journal } from '../moving/import/journal';
import { Undo } from '../moving/import/undo';
import { Progress } from '../output/progress';

/** `import --undo`: takes back what an import made, after a question. */
export async function undoImport(context: Context, root: string, id: string, yes: boolean): Promise<void> {
  const { signal, terminal, printer } = context;
  const journal = await Journal.open(root, id);
  const { url, owner, workspace } = journal.header;
  await checkAddress(context, journal);
  if (!yes) {
    const { source, begunAt } = journal.header;
    await terminal.confirm(
      `Take back import ${id} of ${source} into ${workspace}, begun at ${begunAt}?`,
      '--yes',
    );
  }
  const release = await lockImport(journal.folder);
  try {
    context.bePatient();
    const client = await context.client();
    const handle = client.workspace(workspace, owner === undefined ? {} : { owner });
    context.place = { url, subject: workspace };
    // What is not known to have happened may still happen: an undo before that would miss it.
    await new BatchWriter(handle, journal, signal).settle();
    await journal.end();
    const progress = new Progress(terminal, `Taking back ${id}`);
    const undo = new Undo(handle, journal, signal, (part, panels) => progress.show(part, panels));
    try {
      await undo.run();
      progress.end(journal.made.size);
    } finally {
      progress.clear();
    }
    const { deleted, reverted, already, left } = undo.report;
    for (const { panelId, imported, version } of left) {
      const now = version === 0 ? 'deleted' : `at version ${version}`;
      terminal.note(
        `left alone: ${workspace}/${panelId} was changed since: version ${imported} was imported, it is ${now}`,
      );
    }
    const counts = [
      `${deleted} deleted`,
      `${reverted} reverted`,
      `${left.length} changed since and left alone`,
    ];
    const also = already > 0 ? [`${already} gone already`] : [];
    await printer.written(`import ${id} taken back: ${[...counts, ...also].join(', ')}`, {
      importId: id,
      workspaceId: workspace,
      ...undo.report,
    });
  } finally {
    await journal.close();
    await release();
  }
}

/** An import is taken back where it was made. */
async function checkAddress(context: Context, { header }: Journal): Promise<void> {
  const { url } = await context.settings();
  if (url === header.url) return;
  throw new Failure(
    `Import ${header.id} went to ${header.url}, and you are at ${url}.`,
    undefined,
    'nexus profiles',
  );
}
