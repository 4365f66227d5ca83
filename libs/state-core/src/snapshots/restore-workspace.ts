import { type ChangeDraft, PendingChanges } from '../panels/group-commit';
import type { FencedLock } from '../locks/model';
import {
  type IdempotentRequest,
  type ChangeOrigin,
  type Limits,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  contentOfText,
  extended,
  isLarge,
  noLimits,
  stateContent,
} from '../panels/model';
import type { HeldWorkspace, SnapshotQueue, WorkspaceWriter } from './ports';
import type { ChangeFeed, PanelStore } from '../panels/ports';
import type { Restore, RestoreMode } from '../workspaces';
import { RestoredChanges, announceRestore } from './announce-restore';
import { type RestorePlan, restorePlan } from './model';
import { announceEvent, announcing } from '../panels/announce-changes';
import { type PreparedEdit, decideFairly, nothingSeen } from '../panels/edit';
import type { LargeWork } from '../panels/large';
import { orPropose } from '../proposals';
import { proposedRestore } from './proposed-restore';
import type { Proposer } from '../proposals/ports';
import { keptFor } from '../panels/is-repeated';
import type { AnnouncePorts } from '../panels';
import { type ContentName, type SnapshotPorts, contentOf } from './read-snapshot';
import { requestSnapshot } from './request-snapshot';
import { type CommitContent, type StateReading, batchesOf } from './workspace-content';

/** A workspace that is to hold again what a snapshot or a commit of it holds. */
export interface RestoreWorkspace {
  readonly workspace: WorkspaceKey;
  readonly from: ContentName;
  readonly mode: RestoreMode;
  /** Who asks: a token's `sub`. */
  readonly actor: string;
  /** What triggers it; `user` where not said. */
  readonly triggeredBy?: string | undefined;
  readonly about?: ChangeOrigin['about'];
  /** How long to wait for the snapshot that is taken before, in milliseconds. */
  readonly waitMs: number;
  /** Whose idempotency key is claimed with the restore. */
  readonly request?: IdempotentRequest | undefined;
  /** The lock that it is done under: refused where another number of it is the newest. */
  readonly lock?: FencedLock | undefined;
}

/** What a restore came to. */
export type RestoreResult = Pick<
  Restore,
  'restoredPanels' | 'deletedPanels' | 'unchangedPanels' | 'safetySnapshotId'
> & {
  /** The revision that its changes make together; that of the workspace, where there was nothing to change. */
  readonly revision: number;
};

/** Thrown to roll a restore back whose key another request has claimed. */
class KeyTaken extends Error {}

/** What restoring needs. */
export type RestorePorts = SnapshotPorts &
  AnnouncePorts & {
    readonly store: PanelStore;
    readonly feed: Pick<ChangeFeed, 'revision'>;
    readonly queue: SnapshotQueue;
    readonly writer: WorkspaceWriter;
    readonly proposer: Proposer;
    /** Lets changes of panels into a turn. @throws TurnNotFound, TurnEnded, OutsideTurn */
    readonly admitToTurn: (
      workspace: WorkspaceKey,
      turnId: string,
      panelIds: readonly string[],
    ) => Promise<unknown>;
    readonly limits: Limits;
  };

/** What goes to the store at once, as bytes of states. */
const batchBytes = 4 * 1024 * 1024;

/**
 * Makes a workspace hold again what a snapshot holds, as one instant; a snapshot of what it held is taken before. Panels
 * that hold it already get no version, those that are gone are made again, and `exact` deletes those made since. What
 * others write meanwhile comes before the restore or after it, and stays in history. The same request again, under the
 * same idempotency key, gets the first result and changes nothing.
 * @throws IdempotencyKeyReused; LockLost; SnapshotNotFound, CommitNotFound; SnapshotPending, SnapshotFailed when there is no snapshot of what it held:
 *   nothing was changed then; TransactionContention, Unavailable
 */
export async function restoreWorkspace(
  command: RestoreWorkspace,
  ports: RestorePorts,
): Promise<RestoreResult> {
  const { workspace, request } = command;
  for (;;) {
    const kept = request && keptFor(request, await ports.store.findKept(workspace, request, []));
    if (kept) {
      // The process that restored may have died before it renewed the cached copies.
      await ports.copies.distrust();
      const result = kept.answer as unknown as Omit<RestoreResult, 'revision'> & Partial<RestoreResult>;
      // A release before kept none.
      return { ...result, revision: result.revision ?? (await ports.feed.revision(workspace)) };
    }
    try {
      const proposable = { ...command, title: 'Restore', changes: () => proposedRestore(command, ports) };
      const origin = originOf(command, null);
      return await orPropose({ ...proposable, origin }, ports.proposer, () => restoreOnce(command, ports));
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error;
    }
  }
}

function originOf(
  { actor, triggeredBy = 'user', about }: RestoreWorkspace,
  triggerSource: string | null,
): ChangeOrigin {
  return { actor, triggeredBy, triggerSource, ...(about ? { about } : {}) };
}

/** @throws KeyTaken, and what `restoreWorkspace` does */
async function restoreOnce(command: RestoreWorkspace, ports: RestorePorts): Promise<RestoreResult> {
  const { workspace, from, mode, actor, waitMs, request, lock } = command;
  const content = await contentOf(workspace, from, ports);
  // Before a snapshot is taken for nothing; which panels it is about is known once they are held.
  if (command.about?.turnId !== undefined) await ports.admitToTurn(workspace, command.about.turnId, []);
  const { commitHash, manifest } = content;
  const description = `Before the restore of ${commitHash}`;
  const { snapshot: safety } = await requestSnapshot(
    { workspace, type: 'pre_restore', description, requestedBy: actor, waitMs },
    ports,
  );
  const origin = originOf(command, `restore:${commitHash}`);
  const announce = announcing(ports);
  const { result: done, occurredAt } = await ports.writer.rewrite(workspace, async (held) => {
    const { turnId } = origin.about ?? {};
    if (turnId !== undefined) await held.holdTurn(turnId);
    const plan = restorePlan(content.panels, held.panels, mode);
    if (turnId !== undefined) await ports.admitToTurn(workspace, turnId, [...plan.restored, ...plan.deleted]);
    const changes = new RestoredChanges();
    await putBack(held, plan, content, { ...ports, workspace, origin, changes });
    const result: RestoreResult = {
      restoredPanels: plan.restored.length,
      deletedPanels: plan.deleted.length,
      unchangedPanels: plan.unchanged.length,
      safetySnapshotId: safety.snapshotId,
      revision: await held.revision(),
    };
    const claim = request && { request, answer: { ...result } };
    if (claim && !(await held.claim(claim))) throw new KeyTaken();
    if (lock) await held.holdLock(lock);
    return { result, changes };
  });
  const durable = { occurredAt, revision: done.result.revision };
  await announceRestore(workspace, done.changes, durable, announce, ports);
  const { revision: _, ...result } = done.result;
  const restore: Restore = {
    workspace,
    snapshotId: 'snapshotId' in from ? from.snapshotId : manifest.snapshotId,
    gitCommitHash: commitHash,
    mode,
    ...result,
    actor,
    restoredAt: occurredAt,
  };
  await announceEvent({ kind: 'workspace_restored', restore }, ports);
  return done.result;
}

/** Appends what the plan says, a few panels in memory at once. */
async function putBack(
  held: HeldWorkspace,
  { restored, deleted }: RestorePlan,
  content: CommitContent,
  {
    workspace,
    origin,
    large,
    changes,
  }: {
    readonly workspace: WorkspaceKey;
    readonly origin: ChangeOrigin;
    readonly large: LargeWork;
    readonly changes: RestoredChanges;
  },
): Promise<void> {
  let batch: PendingChanges[] = [];
  let bytes = 0;
  const append = async (added: PendingChanges) => {
    batch.push(added);
    bytes += added.current?.stateSizeBytes ?? 0;
    if (bytes >= batchBytes) await flush();
  };
  const flush = async () => {
    if (batch.length > 0) await held.append(changes.together(batch));
    [batch, bytes] = [[], 0];
  };
  const present = async (ids: readonly string[]) =>
    new Map((await held.read(ids)).map((panel) => [panel.key.panelId, panel]));

  // What is there is taken to be as large as what comes back.
  for (const ids of batchesOf(restored, content, content)) {
    const [states, panels] = await Promise.all([content.readStates(ids), present(ids)]);
    for (const panelId of ids) {
      const key = { ...workspace, panelId };
      const [state, panel] = [states.get(panelId) as StateReading, panels.get(panelId)];
      const pending = new PendingChanges(key, panel);
      pending.add(await reversion(key, state, panel, origin, large));
      if (pending.changes[0]?.checksum !== content.panels.get(panelId)?.checksum) {
        throw new Error(
          `Panel "${panelId}" of commit ${content.commitHash} does not match the checksum in its manifest.`,
        );
      }
      await append(pending);
    }
  }
  for (const ids of batchesOf(deleted, content)) {
    for (const [panelId, panel] of await present(ids)) {
      const key = { ...workspace, panelId };
      const pending = new PendingChanges(key, panel);
      pending.add(await draftOf(key, { kind: 'delete' }, panel, origin, large));
      await append(pending);
    }
  }
  await flush();
}

/** The change that brings a panel back to a state, or into being again. */
async function reversion(
  key: PanelKey,
  past: StateReading,
  panel: Panel | undefined,
  origin: ChangeOrigin,
  large: LargeWork,
): Promise<ChangeDraft> {
  // Not taken apart: a state that is parsed when it is asked for would be parsed.
  const content = isLarge(past.stateText.length)
    ? contentOfText(await large.content(past.stateText, noLimits))
    : stateContent(past.state, noLimits);
  if (panel?.deleted === false) return draftOf(key, { kind: 'revert', content }, panel, origin, large);
  const created = await draftOf(key, { kind: 'create', content }, panel, origin, large);
  return extended(created, { changeType: 'reverted' } as const, content.stateSizeBytes);
}

/** What an edit makes of a panel that is held. */
async function draftOf(
  key: PanelKey,
  edit: PreparedEdit,
  panel: Panel | undefined,
  origin: ChangeOrigin,
  large: LargeWork,
): Promise<ChangeDraft> {
  const request = { key, edit, expectation: { kind: 'any' }, onConflict: 'reject', origin } as const;
  const decision = await decideFairly(request, panel, nothingSeen, { limits: noLimits, large });
  if (decision.outcome !== 'change') throw new Error('An edit that may not be merged needs no history.');
  return decision.draft;
}
