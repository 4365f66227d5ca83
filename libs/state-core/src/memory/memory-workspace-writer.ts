import { LockLost, TransactionContention, TurnEnded } from '../errors';
import type { FencedLock } from '../locks/model';
import type { Append, KeyClaim, Panel, WorkspaceKey } from '../panels/model';
import type { HeldPanel, HeldWorkspace, WorkspaceWriter } from '../snapshots/ports';
import type { PanelHeads, PanelStore } from '../panels/ports';
import type { MemoryPanelStore } from './memory-panel-store';

const attempts = 10;

/** Changes workspaces of a store in memory: for tests. Blocks no other writer, and begins anew when others were faster. */
export class MemoryWorkspaceWriter implements WorkspaceWriter {
  constructor(
    private readonly store: Pick<PanelStore, 'read' | 'appendTogether' | 'findKept'> &
      PanelHeads &
      Pick<MemoryPanelStore, 'revisionOf'>,
  ) {}

  async rewrite<T>(
    workspace: WorkspaceKey,
    work: (held: HeldWorkspace) => Promise<T>,
  ): Promise<{ readonly result: T; readonly occurredAt: string }> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = await this.#panels(workspace);
      const batch: Append[] = [];
      let claimed: KeyClaim | undefined;
      const locks: FencedLock[] = [];
      const turns: string[] = [];
      const result = await work({
        panels: new Map(before.map((panel): [string, HeldPanel] => [panel.key.panelId, panel])),
        read: async (panelIds) => before.filter(({ key }) => panelIds.includes(key.panelId)),
        revision: async () => this.store.revisionOf(workspace) + (batch.length > 0 ? 1 : 0),
        append: async (appends) => void batch.push(...appends),
        claim: async (claim) => {
          claimed = claim;
          return (await this.store.findKept(workspace, claim.request, [])) === undefined;
        },
        holdLock: async (lock) => void locks.push(lock),
        holdTurn: async (turnId) => void turns.push(turnId),
      });
      const written = new Set(batch.map(({ key }) => key.panelId));
      const checks = before.filter(({ key }) => !written.has(key.panelId));
      const now = await this.store.heads(workspace, { limit: Infinity });
      if (now.length !== before.length) continue;
      const claim = claimed && { workspace, ...claimed };
      const outcome = await this.store.appendTogether(batch, checks, claim, locks[0], { turnId: turns[0] });
      if (outcome.outcome === 'lock-lost') throw new LockLost(locks[0]?.name ?? '', locks[0]?.fencingToken);
      if (outcome.outcome === 'turn-ended') throw new TurnEnded(turns[0] ?? '', 'closed');
      if (outcome.outcome === 'appended') return { result, occurredAt: outcome.occurredAt };
    }
    throw new TransactionContention(attempts);
  }

  async #panels(workspace: WorkspaceKey): Promise<readonly Panel[]> {
    const heads = await this.store.heads(workspace, { limit: Infinity });
    const panels = heads.map(({ panelId }) => this.store.read({ ...workspace, panelId }));
    return (await Promise.all(panels)).filter((panel) => panel !== undefined);
  }
}
