import { NeedsApproval } from '../errors';
import type { Append, AppendOutcome } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { WorkspaceWriter } from '../snapshots/ports';
import type { Approval } from './approval';

/**
 * A store that lets no change in which an approval rule holds back, whichever way it comes: everything that writes panels goes through
 * here, or through `guardedWriter`.
 */
export function guardedStore(store: PanelStore, approval: Approval): PanelStore {
  const guarded: Pick<
    PanelStore,
    'append' | 'appendExclusively' | 'appendTogether' | 'appendTogetherExclusively'
  > = {
    append: (batch) => appendAllowed(store, batch, approval),
    appendExclusively: async (key, build) => {
      let held: AppendOutcome | undefined;
      const outcome = await store.appendExclusively(key, async (...args) => {
        const append = await build(...args);
        held = append && (await heldBack(append, approval));
        return held ? undefined : append;
      });
      return held ?? outcome;
    },
    appendTogether: async (batch, ...rest) => {
      await refuseRuled(batch, approval);
      return store.appendTogether(batch, ...rest);
    },
    appendTogetherExclusively: (workspace, panelIds, build) =>
      store.appendTogetherExclusively(workspace, panelIds, async (...args) => {
        const together = await build(...args);
        await refuseRuled(together?.batch ?? [], approval);
        return together;
      }),
  };
  return withMembers(store, guarded);
}

/** The same for what changes workspaces as a whole. */
export function guardedWriter(writer: WorkspaceWriter, approval: Approval): WorkspaceWriter {
  return {
    rewrite: (workspace, work) =>
      writer.rewrite(workspace, (held) =>
        work(
          withMembers(held, {
            append: async (batch) => {
              await refuseRuled(batch, approval);
              await held.append(batch);
            },
          }),
        ),
      ),
  };
}

/** A port with some members in the place of its own. */
function withMembers<T extends object>(port: T, members: Partial<T>): T {
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof T];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

async function appendAllowed(
  store: PanelStore,
  batch: readonly Append[],
  approval: Approval,
): Promise<readonly AppendOutcome[]> {
  const held = await Promise.all(batch.map((append) => heldBack(append, approval)));
  const allowed = batch.filter((_, index) => !held[index]);
  const outcomes = allowed.length > 0 ? await store.append(allowed) : [];
  let next = 0;
  return held.map((outcome) => outcome ?? (outcomes[next++] as AppendOutcome));
}

async function heldBack(append: Append, approval: Approval): Promise<AppendOutcome | undefined> {
  const found = await approval.ruleFor(append);
  return found && { outcome: 'needs-approval', index: found.index, approvers: found.rule.approvers };
}

/** @throws NeedsApproval */
async function refuseRuled(batch: readonly Append[], approval: Approval): Promise<void> {
  for (const append of batch) {
    const found = await approval.ruleFor(append);
    if (found) throw new NeedsApproval(append.key.panelId, found.rule.approvers);
  }
}
