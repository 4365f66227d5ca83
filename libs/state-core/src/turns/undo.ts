import type { JsonPatch } from '@nexus-state/documents';
import { LockLost, ProposalClosed, TransactionContention, TurnEnded } from '../errors';
import type { FencedLock } from '../locks/model';
import type { FencingTokens } from '../locks/ports';
import { requireNewest } from '../locks/require-newest';
import { type BulkChangePorts, announceTogether } from '../panels/edit';
import { announcing } from '../panels/announce-changes';
import type { PendingChanges } from '../panels/group-commit';
import {
  type Appended,
  type Change,
  type ChangeOrigin,
  type Companion,
  type HeldBack,
  type WorkspaceKey,
  bringsIntoBeing,
} from '../panels/model';
import type { ChangeFeed } from '../panels/ports';
import type { HistoryPorts } from '../panels/read-version';
import { type Proposable, orPropose } from '../proposals';
import type { ProposedChange } from '../proposals/model';
import type { Proposer } from '../proposals/ports';
import type { SnapshotTriggers } from '../snapshots';
import { type UndoConflict, type UndoCriteria, type UndoPlan, planUndo } from './plan-undo';

/** Takes changes back. */
export interface Undo {
  readonly workspace: WorkspaceKey;
  readonly criteria: UndoCriteria;
  readonly origin: ChangeOrigin;
  /** Whether it is only said what would happen. */
  readonly preview: boolean;
  /** The turn that is aborted with it, where there is one. */
  readonly turnId?: string | undefined;
  /** The lock that it is done under: refused where another number of it is the newest. */
  readonly lock?: FencedLock | undefined;
}

/** A panel that was changed. */
export interface UndonePanel {
  readonly panelId: string;
  readonly version: number;
  readonly patch: JsonPatch;
}

/** What taking back came to. */
export interface Undone {
  /** The revision that its changes make together; undefined where there are none, and in a preview. */
  readonly revision: number | undefined;
  readonly undone: readonly UndonePanel[];
  readonly conflicts: readonly UndoConflict[];
  readonly preview: boolean;
}

/** What taking back needs. */
export type UndoPorts = BulkChangePorts &
  HistoryPorts & {
    readonly feed: ChangeFeed;
    readonly triggers: Pick<SnapshotTriggers, 'changed' | 'before'>;
    readonly proposer: Proposer;
    readonly fencing: Pick<FencingTokens, 'newest'>;
  };

const attempts = 10;

/**
 * Takes exactly the matching changes back, in one transaction, and keeps all others: by their inverse patches, merged over everything
 * since. What collides with what others wrote since is left, and listed. Panels that they deleted come back, and panels that they
 * made go.
 * @throws ProposedInstead where an approval rule holds some of it back: then all of it waits; TurnEnded where the turn that is to be
 *   aborted with it is not open; LockLost, UndoTooExpensive, TransactionContention, Unavailable
 */
export async function undo(command: Undo, ports: UndoPorts): Promise<Undone> {
  const { workspace, criteria, origin, preview, turnId, lock } = command;
  if (!preview) await requireNewest(lock, ports.fencing);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const announce = announcing(ports);
    const plan = await planUndo(workspace, criteria, origin, ports);
    const { conflicts, written } = plan;
    const undone = written.map(undonePanel);
    if (preview) return { revision: undefined, undone, conflicts, preview: true };
    if (written.length === 0 && turnId === undefined)
      return { revision: undefined, undone, conflicts, preview: false };
    await secure(command, written, ports);
    const appended = await ports.mutexes.take(
      written.map(({ key }) => key),
      () => appendOrPropose(command, plan, ports),
    );
    if (!appended) continue;
    await announceTogether({ written, appended, announce });
    return {
      revision: written.length > 0 ? appended.revision : undefined,
      undone,
      conflicts,
      preview: false,
    };
  }
  throw new TransactionContention(attempts);
}

/** Thrown where a turn has other changes by now than those that an abort was to take back. */
class TurnWentOn extends Error {}

/**
 * Takes changes back, or proposes to. A turn is over with its abort, also where that becomes a proposal: both happen together, so what
 * the proposal takes back is all that the turn did.
 * @returns undefined where others were first
 */
async function appendOrPropose(
  command: Undo,
  plan: UndoPlan,
  ports: UndoPorts,
): Promise<Appended | undefined> {
  const open = async (heldBack: HeldBack) => {
    if (!(await append(command, { ...plan, written: [] }, ports, heldBack))) throw new TurnWentOn();
  };
  try {
    const toPropose = proposable(command, plan.written);
    const own = command.turnId === undefined ? toPropose : { ...toPropose, open };
    return await orPropose(own, ports.proposer, () => append(command, plan, ports));
  } catch (error) {
    if (error instanceof TurnWentOn) return undefined;
    throw error;
  }
}

function proposable({ workspace, origin, turnId }: Undo, written: readonly PendingChanges[]): Proposable {
  const title = turnId === undefined ? 'Undo' : `Abort of turn ${turnId}`;
  const changes = written.map((pending): ProposedChange => {
    const { panelId } = pending.key;
    const [change] = pending.changes;
    const made = pending.current;
    if (!change || !made) throw new Error('There is nothing to propose.');
    if (made.deleted) return { panelId, version: change.previousVersion, delete: true };
    if (bringsIntoBeing(change)) return { panelId, version: 0, state: made.state };
    return { panelId, version: change.previousVersion, patches: change.patch };
  });
  return { workspace, title, origin, changes: async () => changes };
}

/** A snapshot is taken before panels go, as before every deletion. */
async function secure(
  { workspace, origin }: Undo,
  written: readonly PendingChanges[],
  { triggers }: UndoPorts,
): Promise<void> {
  if (written.some(({ current }) => current?.deleted))
    await triggers.before('deletion', workspace, origin.actor);
}

async function append(
  { workspace, turnId, lock }: Undo,
  { written, taken }: UndoPlan,
  { store }: UndoPorts,
  heldBack?: HeldBack,
): Promise<Appended | undefined> {
  const companion: Companion | undefined =
    turnId === undefined ? undefined : { kind: 'abort-turn', workspace, turnId, changes: taken, heldBack };
  const batch = written.map((pending) => pending.toAppend());
  const outcome = await store.appendTogether(batch, [], undefined, lock, { companion });
  if (outcome.outcome === 'lock-lost') throw new LockLost(lock?.name ?? '', lock?.fencingToken);
  if (outcome.outcome === 'turn-ended') throw new TurnEnded(turnId ?? '', 'closed');
  if (outcome.outcome === 'proposal-closed') throw new ProposalClosed('');
  return outcome.outcome === 'appended' ? outcome : undefined;
}

function undonePanel({ key, changes }: PendingChanges): UndonePanel {
  const change = changes[0] as Pick<Change, 'version' | 'patch'>;
  return { panelId: key.panelId, version: change.version, patch: change.patch };
}
