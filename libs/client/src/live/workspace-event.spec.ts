import type * as contract from '@nexus-state/contracts';
import {
  type PanelChanged,
  type ProposalChanged,
  type SnapshotTaken,
  type WorkspaceRestored,
  workspaceEventOf,
} from './workspace-event';

/** Compiles only where what the gateway promises can be read as what the client tells. */
type Tells<Promised extends Told, Told> = [Promised, Told];

type Facts<Event> = Omit<Event, 'kind' | 'changeType'>;

type Checked = [
  Tells<contract.StateUpdate, Facts<PanelChanged>>,
  Tells<contract.PanelCreatedEvent, Facts<PanelChanged>>,
  Tells<contract.PanelDeletedEvent, Facts<PanelChanged>>,
  Tells<contract.ProposalEvent, Facts<ProposalChanged>>,
  Tells<contract.SnapshotCreatedEvent, Facts<SnapshotTaken>>,
  Tells<contract.WorkspaceRestoredEvent, Facts<WorkspaceRestored>>,
  // And the other way: a fact that the gateway does not tell any more is missed here, one that it tells anew there.
  Tells<keyof Facts<ProposalChanged>, Exclude<keyof contract.ProposalEvent, 'workspaceId'>>,
  Tells<Exclude<keyof contract.ProposalEvent, 'workspaceId'>, keyof Facts<ProposalChanged>>,
  Tells<keyof Facts<SnapshotTaken>, Exclude<keyof contract.SnapshotCreatedEvent, 'workspaceId'>>,
  Tells<Exclude<keyof contract.SnapshotCreatedEvent, 'workspaceId'>, keyof Facts<SnapshotTaken>>,
  Tells<keyof Facts<WorkspaceRestored>, Exclude<keyof contract.WorkspaceRestoredEvent, 'workspaceId'>>,
  Tells<Exclude<keyof contract.WorkspaceRestoredEvent, 'workspaceId'>, keyof Facts<WorkspaceRestored>>,
];

/** The type check holds the events against the contract; what is told of an event is held here. */
export type { Checked };

const timestamp = '2026-01-02T03:04:05.678Z';

it('tells of a change without what it changed', () => {
  const payload = {
    workspaceId: 'garden',
    panelId: 'lamp',
    version: 3,
    revision: 9,
    timestamp,
    actor: 'ada',
  };
  expect(workspaceEventOf('state_update', { ...payload, triggeredBy: 'ai', patch: [] } as never)).toEqual({
    ...{ kind: 'change', changeType: 'updated', panelId: 'lamp', version: 3, revision: 9 },
    ...{ timestamp, actor: 'ada', triggeredBy: 'ai' },
  });
});

it('tells of proposals as they are, and nothing of presence', () => {
  const facts = { proposalId: 'p', state: 'open', title: 'Off', timestamp };
  const payload = { workspaceId: 'garden', ...facts } as never;
  expect(workspaceEventOf('proposal_opened', payload)).toEqual({ kind: 'proposal', ...facts });
  expect(workspaceEventOf('presence', payload)).toBeUndefined();
});
