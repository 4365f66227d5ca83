import { TransactionTooLarge } from '../errors';
import { maxStates } from '../panels/edit';
import type { ProposedChange } from '../proposals/model';
import { restorePlan } from './model';
import { contentOf } from './read-snapshot';
import type { RestorePorts, RestoreWorkspace } from './restore-workspace';
import { batchesOf } from './workspace-content';

/**
 * What a restore is as a proposal.
 * @throws TransactionTooLarge where its states are more than a transaction may write
 */
export async function proposedRestore(
  { workspace, from, mode }: RestoreWorkspace,
  ports: RestorePorts,
): Promise<readonly ProposedChange[]> {
  const content = await contentOf(workspace, from, ports);
  const { result } = await ports.writer.rewrite(workspace, async ({ panels }) => ({
    panels,
    plan: restorePlan(content.panels, panels, mode),
  }));
  const { plan, panels } = result;
  const maxBytes = maxStates * ports.limits.stateBytes;
  const changes: ProposedChange[] = [];
  let bytes = 0;
  for (const ids of batchesOf(plan.restored, content)) {
    for (const [panelId, { state, stateText }] of await content.readStates(ids)) {
      bytes += stateText.length;
      if (bytes > maxBytes) throw new TransactionTooLarge(maxBytes);
      const panel = panels.get(panelId);
      changes.push({ panelId, version: panel?.deleted === false ? panel.version : 0, state });
    }
  }
  for (const panelId of plan.deleted)
    changes.push({ panelId, version: panels.get(panelId)?.version ?? 0, delete: true });
  return changes;
}
