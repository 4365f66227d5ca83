import { createHash, randomUUID } from 'node:crypto';
import { compareStates, isJsonObject, mergePatch } from '@nexus-state/documents';
import { NeedsApproval, ProposedInstead } from '../errors';
import type { Edit, EditPanel, Transact } from '../panels/edit';
import {
  type ChangeOrigin,
  type HeldBack,
  type IdempotentRequest,
  type WorkspaceKey,
  keyHash,
} from '../panels/model';
import { type HistoryPorts, pastContent } from '../panels/read-version';
import type { Approvers, ProposedChange } from './model';
import type { Proposer } from './ports';

/** A change that may become a proposal. */
export interface Proposable {
  readonly workspace: WorkspaceKey;
  readonly title: string;
  readonly origin: ChangeOrigin;
  readonly request?: IdempotentRequest | undefined;
  /** The changes as a proposal has them; called where they become one. */
  readonly changes: () => Promise<readonly ProposedChange[]>;
  /** Opens the proposal together with what happens with it, or neither. Without it, the proposal is opened alone. */
  readonly open?: ((held: HeldBack) => Promise<void>) | undefined;
}

/**
 * Makes a change, or a proposal of it where an approval rule holds it back.
 * @throws ProposedInstead in place of the result; what the change throws; Unavailable
 */
export async function orPropose<T>(
  { workspace: { owner, workspaceId }, title, origin, request, changes, open }: Proposable,
  proposer: Proposer,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof NeedsApproval)) throw error;
    const workspace = { owner, workspaceId };
    const reason = origin.about?.provenance?.reason;
    const approvers = error.approvers as Approvers | undefined;
    const proposalId = request ? proposalIdOf(workspace, request) : randomUUID();
    const held = { proposalId, title, changes: await changes(), origin, approvers };
    await open?.({ ...held, reason: reason ?? null, proposedAt: new Date().toISOString() });
    // What was opened already is only announced.
    await proposer.keep({ ...held, workspace, reason });
    throw new ProposedInstead(workspace, proposalId);
  }
}

/** The id of the proposal that a request becomes: a repeated one becomes no second proposal. */
function proposalIdOf({ owner, workspaceId }: WorkspaceKey, request: IdempotentRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, workspaceId, keyHash(request), request.fingerprint]))
    .digest('hex')
    .slice(0, 32);
}

const verbs: Readonly<Record<Edit['kind'], string>> = {
  create: 'Create',
  replace: 'Replace',
  patch: 'Change',
  'merge-patch': 'Change',
  revert: 'Revert',
  delete: 'Delete',
};

/** An edit of a panel that may become a proposal. */
export function proposableEdit(command: EditPanel, ports: HistoryPorts): Proposable {
  const { key: workspace, edit, origin, request } = command;
  const title = `${verbs[edit.kind]} panel "${workspace.panelId}"`.slice(0, 255);
  return { workspace, title, origin, request, changes: () => proposedEdit(command, ports) };
}

/** A transaction that may become a proposal. */
export function proposableTransaction(command: Transact, ports: Pick<HistoryPorts, 'store'>): Proposable {
  const { workspace, origin, request } = command;
  const title = 'Transaction';
  return { workspace, title, origin, request, changes: () => proposedTransaction(command, ports) };
}

/** What an edit of a panel is as a proposal. @throws PanelNotFound, VersionNotFound, Unavailable */
async function proposedEdit(
  { key, edit, expectation }: EditPanel,
  ports: HistoryPorts,
): Promise<readonly ProposedChange[]> {
  const { panelId } = key;
  const panel = await ports.store.read(key);
  const present = panel?.deleted === false ? panel.version : 0;
  const version = expectation.kind === 'version' ? expectation.version : present;
  switch (edit.kind) {
    case 'create':
      return [{ panelId, version: 0, state: edit.state }];
    case 'replace':
      return [{ panelId, version, state: edit.state }];
    case 'patch':
      return [{ panelId, version, patches: edit.patch }];
    case 'delete':
      return [{ panelId, version, delete: true }];
    case 'revert': {
      const { state } = await pastContent(key, { version: edit.targetVersion }, ports);
      return [{ panelId, version, state }];
    }
    case 'merge-patch': {
      const { state } = await pastContent(key, { version }, ports);
      const merged = mergePatch(state, edit.document);
      const patches = isJsonObject(merged) ? compareStates(state, merged) : [];
      return [{ panelId, version, patches }];
    }
  }
}

/** What a transaction is as a proposal. @throws Unavailable */
async function proposedTransaction(
  { workspace, operations }: Transact,
  { store }: Pick<HistoryPorts, 'store'>,
): Promise<readonly ProposedChange[]> {
  const panels = await store.readMany(
    workspace,
    operations.map(({ panelId }) => panelId),
  );
  const changes: ProposedChange[] = [];
  for (const operation of operations) {
    const { op, panelId } = operation;
    const panel = panels.get(panelId);
    const version = operation.version ?? (panel?.deleted === false ? panel.version : 0);
    if (op === 'set') changes.push({ panelId, version, state: operation.state });
    else if (op === 'patch') changes.push({ panelId, version, patches: operation.patches });
    else if (op === 'delete') changes.push({ panelId, version, delete: true });
  }
  return changes;
}
