import { isJsonObject } from '@nexus-state/documents';
import type { ProposalNews, WorkspaceKey, Restore, Snapshot, WorkspaceEvent } from '@nexus-state/state-core';

type FieldType = 'string' | 'number' | 'string or null';
type Fields<T> = Readonly<Record<Exclude<keyof T, 'workspace'>, FieldType>>;

const snapshotFields: Fields<Snapshot> = {
  snapshotId: 'string',
  type: 'string',
  description: 'string or null',
  panelCount: 'number',
  totalSizeBytes: 'number',
  gitCommitHash: 'string',
  gitBranch: 'string',
  createdBy: 'string',
  createdAt: 'string',
};

const restoreFields: Fields<Restore> = {
  snapshotId: 'string',
  gitCommitHash: 'string',
  mode: 'string',
  restoredPanels: 'number',
  deletedPanels: 'number',
  unchangedPanels: 'number',
  safetySnapshotId: 'string',
  actor: 'string',
  restoredAt: 'string',
};

const proposalFields: Fields<ProposalNews> = {
  proposalId: 'string',
  state: 'string',
  title: 'string',
  at: 'string',
};

/**
 * An event as it goes over a channel: `kind` and its fields; owner and workspace are in the channel's name.
 * @param traceparent the trace that it happened in (W3C Trace Context), where it happened in one
 */
export function eventMessage(event: WorkspaceEvent, traceparent?: string): string {
  const { workspace: _, ...fields } = factsOf(event);
  return JSON.stringify({ kind: event.kind, ...fields, traceparent });
}

/**
 * The event in a message that was parsed; undefined for a message of another kind, also one that only newer versions
 * know, and for one that is not whole.
 */
export function readEvent(workspace: WorkspaceKey, message: unknown): WorkspaceEvent | undefined {
  if (!isJsonObject(message)) return undefined;
  switch (message['kind']) {
    case 'snapshot_created': {
      const snapshot = read(snapshotFields, message);
      return snapshot && { kind: 'snapshot_created', snapshot: { workspace, ...snapshot } as Snapshot };
    }
    case 'workspace_restored': {
      const restore = read(restoreFields, message);
      return restore && { kind: 'workspace_restored', restore: { workspace, ...restore } as Restore };
    }
    case 'proposal_opened':
    case 'proposal_closed': {
      const proposal = read(proposalFields, message);
      return proposal && { kind: message['kind'], proposal: { workspace, ...proposal } as ProposalNews };
    }
    default:
      return undefined;
  }
}

function factsOf(event: WorkspaceEvent): Snapshot | Restore | ProposalNews {
  switch (event.kind) {
    case 'snapshot_created':
      return event.snapshot;
    case 'workspace_restored':
      return event.restore;
    default:
      return event.proposal;
  }
}

function read(
  fields: Readonly<Record<string, FieldType>>,
  message: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(fields).map(([name, type]) => [name, type, message[name]] as const);
  const whole = entries.every(
    ([, type, value]) => typeof value === type || (type === 'string or null' && isTextOrNull(value)),
  );
  return whole ? Object.fromEntries(entries.map(([name, , value]) => [name, value])) : undefined;
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
