import type { ProposalWithPreview, ProposedChange } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { plainText } from '../output/plain-text';
import { changeLines, printSection, shown, stepText } from './step-text';

/** `proposal show`: who proposes what, the operations with the numbers that approve some of them, and what it comes to now. */
export async function showProposal(context: Context, workspace: string, id: string): Promise<void> {
  const handle = await context.workspace(workspace);
  const found = await handle.proposals.get(id, { signal: context.signal });
  const { output } = context.printer;
  if (output === 'json' || output === 'yaml') return context.printer.value(found);
  const { title, state, reason, proposedBy, proposedAt, expiresAt, closedBy, closedAt, comment } = found;
  const head = { title, state, reason, proposedBy, proposedAt, expiresAt, closedBy, closedAt, comment };
  await context.printer.record(head);
  await printSection(context, 'Operations', operationsOf(found.changes));
  if (state !== 'open') return;
  await printSection(context, 'As the panels are now', previewOf(found));
  const hasConflicts = found.preview.panels.some(({ conflicts }) => conflicts.length > 0);
  const settle = hasConflicts ? " --resolutions '[…]'" : '';
  context.terminal.note(`To make it: nexus proposal approve ${handle.id} ${id}${settle}`);
}

/** Every operation with its number: those of all changes in order, a whole state and a deletion as one each. */
function operationsOf(changes: readonly ProposedChange[]): string[] {
  const steps = changes.flatMap((change) => {
    if ('delete' in change) return [`${change.panelId} delete`];
    if ('state' in change) return [`${change.panelId} set ${shown(change.state)}`];
    return change.patches.map((step) => `${change.panelId} ${stepText(step)}`);
  });
  return steps.map((step, index) => `${String(index).padStart(3)}  ${step}`);
}

function previewOf({ preview }: ProposalWithPreview): string[] {
  return preview.panels.flatMap((panel) => [
    ...changeLines(panel),
    ...panel.conflicts.map(
      ({ path, yours, theirs }) =>
        `    conflict at ${plainText(path) || '(all)'}: proposed ${shown(yours)}, there ${shown(theirs)}`,
    ),
  ]);
}
