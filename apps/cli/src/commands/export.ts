import type { Context } from '../cli/context';
import { exporting } from '../moving/export/exporting';
import { folderTarget } from '../moving/export/folder-target';
import { ndjsonTarget } from '../moving/export/ndjson-target';
import { Progress } from '../output/progress';

/** `export`: the panels of a workspace, as lines of JSON or as files. */
export async function exportWorkspace(
  context: Context,
  workspace: string | undefined,
  target = '-',
  { history = false, revision }: { readonly history?: boolean; readonly revision?: number } = {},
): Promise<void> {
  context.bePatient();
  const handle = await context.workspace(workspace);
  const { terminal, signal } = context;
  const isStream = target === '-';
  const progress = new Progress(terminal, `Exporting ${handle.id}`);
  const out = isStream ? ndjsonTarget(terminal) : await folderTarget(target);
  let panels = 0;
  try {
    for await (const panel of exporting(handle, { revision, signal })) {
      await out.panel(panel);
      if (history) await out.history(panel.panelId, handle.panel(panel.panelId).history({ signal }));
      progress.show(undefined, ++panels);
    }
    await out.finish();
    progress.end(panels);
  } catch (error) {
    await out.discard();
    throw error;
  } finally {
    progress.clear();
  }
  if (!isStream)
    await context.printer.written(`${target}: ${panels} panels of ${handle.id}`, {
      folder: target,
      workspaceId: handle.id,
      panels,
    });
}
