import { randomUUID } from 'node:crypto';
import type { Conflict, JsonObject, PatchRequest } from '@nexus-state/documents';
import { NothingLeft, VersionConflict } from '../errors';
import type { EditPanel } from '../panels/edit';
import type { Written } from '../panels/group-commit';
import type { Change, PanelKey, ProposalStub } from '../panels/model';
import type { PanelStore } from '../panels/ports';
import type { ProposedChange } from '../proposals/model';
import type { Proposer } from '../proposals/ports';
import type { Turn } from './model';

/** What editing in a turn needs. */
export interface EditInTurnPorts {
  readonly store: Pick<PanelStore, 'read' | 'changesSince'>;
  readonly proposer: Proposer;
}

/** What an edit lost that yields to what others wrote. */
interface Lost {
  readonly dropped: readonly Conflict[];
  readonly change: ProposedChange;
}

/**
 * Makes an edit under the policy of its turn: `merge` refuses what collides, the other policies leave what is there, and list what
 * was dropped, or propose it. Nothing overwrites.
 * @param edit makes it
 * @throws what `edit` throws, where the policy does not settle that
 */
export async function editInTurn(
  command: EditPanel,
  turn: Turn,
  edit: (command: EditPanel) => Promise<Written>,
  ports: EditInTurnPorts,
): Promise<Written> {
  if (turn.policy === 'merge')
    return edit({ ...command, onConflict: command.onConflict === 'reject' ? 'reject' : 'merge' });
  const { key, expectation } = command;
  if (expectation.kind !== 'version') return edit(command);
  // Known before, so that a repeated request becomes the same proposal.
  const proposes = turn.policy === 'propose' ? stubOf(command, turn) : undefined;
  const facts = { ...command.facts, ...(proposes ? { proposalId: proposes.proposalId } : {}) };
  try {
    const written = await edit({ ...command, onConflict: 'yield', facts, proposes });
    return await settle(written, lostOf(written, key, expectation.version), command, turn, ports);
  } catch (error) {
    const lost = await nothingLeft(error, command, ports);
    if (!lost) throw error;
    const change = await newestChange(key, ports);
    return settle({ change, facts, replayed: false, kept: true }, lost, command, turn, ports);
  }
}

function titleOf({ panelId }: PanelKey, { agent }: Turn): string {
  return `${agent}: what collides in panel "${panelId}"`.slice(0, 255);
}

/** What is known of the proposal that an edit becomes in part. */
function stubOf({ key, origin }: EditPanel, turn: Turn): ProposalStub {
  return {
    proposalId: randomUUID(),
    title: titleOf(key, turn),
    reason: origin.about?.provenance?.reason ?? null,
    origin,
    proposedAt: new Date().toISOString(),
  };
}

function lostOf({ facts }: Written, { panelId }: PanelKey, version: number): Lost | undefined {
  const { dropped, droppedPatch } = facts as {
    readonly dropped?: readonly Conflict[];
    readonly droppedPatch?: PatchRequest;
  };
  return dropped && droppedPatch && { dropped, change: { panelId, version, patches: droppedPatch } };
}

/** What is lost where the edit came to nothing; undefined where it was refused otherwise. */
async function nothingLeft(
  error: unknown,
  { key, edit, expectation }: EditPanel,
  { store }: EditInTurnPorts,
): Promise<Lost | undefined> {
  const { panelId } = key;
  const version = expectation.kind === 'version' ? expectation.version : 0;
  if (error instanceof NothingLeft)
    return {
      dropped: error.conflicts as readonly Conflict[],
      change: { panelId, version, patches: error.dropped },
    };
  // Reverts and deletions are not merged: all of it collides.
  if (!(error instanceof VersionConflict) || edit.kind !== 'delete') return undefined;
  const panel = await store.read(key);
  if (!panel || panel.deleted) return undefined;
  return { dropped: [{ path: '', theirs: panel.state }], change: { panelId, version, delete: true } };
}

async function newestChange(key: PanelKey, { store }: EditInTurnPorts): Promise<Change> {
  const panel = await store.read(key);
  const [change] = panel ? await store.changesSince(key, panel.version - 1, 1) : [];
  if (!change) throw new Error('A panel that was edited has no change.');
  return change;
}

async function settle(
  written: Written,
  lost: Lost | undefined,
  { key, origin }: EditPanel,
  turn: Turn,
  { proposer }: EditInTurnPorts,
): Promise<Written> {
  const { proposalId, droppedPatch: _patch, dropped: _dropped, ...facts } = written.facts;
  if (!lost) return { ...written, facts };
  if (turn.policy !== 'propose' || typeof proposalId !== 'string')
    return { ...written, facts: { ...facts, dropped: lost.dropped } as unknown as JsonObject };
  const { owner, workspaceId } = key;
  // Where some of the edit was made, it is there since, and only announced.
  await proposer.keep({
    workspace: { owner, workspaceId },
    title: titleOf(key, turn),
    reason: origin.about?.provenance?.reason,
    changes: [lost.change],
    origin,
    proposalId,
  });
  return { ...written, facts: { ...facts, proposalId } };
}
