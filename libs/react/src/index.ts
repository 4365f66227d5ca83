'use client';

export { NexusProvider, type NexusProviderProps, useNexus } from './provider';
export type { Select } from './hooks/select';
export { type BlameOptions, useBlame } from './hooks/use-blame';
export { type FeedOptions, useChanges } from './hooks/use-changes';
export { type ConnectionValue, useConnection } from './hooks/use-connection';
export { type Following, type HistoryOptions, useHistory } from './hooks/use-history';
export type { List, ListOptions } from './hooks/use-list';
export { type Panel, type PanelOptions, type PanelVerbs, usePanel } from './hooks/use-panel';
export { usePanels, useQuery } from './hooks/use-panels';
export { type Presence, usePresence } from './hooks/use-presence';
export {
  type ProposalList,
  type ProposalVerbs,
  type ProposalsOptions,
  useProposal,
  useProposals,
} from './hooks/use-proposals';
export { type SnapshotList, useSnapshots } from './hooks/use-snapshots';
export { type SuspensePanel, useSuspensePanel } from './hooks/use-suspense-panel';
export { type PastState, type Place, type TimeTravel, useTimeTravel } from './hooks/use-time-travel';
export { type Turn, type TurnList, type TurnsOptions, useTurn, useTurns } from './hooks/use-turns';
export type { Value } from './hooks/use-value';
export {
  type NewWorkspace,
  type WorkspaceChange,
  type WorkspaceList,
  type WorkspaceValue,
  useWorkspace,
  useWorkspaces,
} from './hooks/use-workspaces';
export type { Owned } from './stores/panel-address';
