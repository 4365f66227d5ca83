'use client';

export { NexusProvider, type NexusProviderProps, useNexus } from './provider';
export type { Select } from './hooks/select';
export { type AnswerOptions, useAnswer } from './hooks/use-answer';
export { type ApprovalRules, useApprovalRules } from './hooks/use-approval-rules';
export { type BlameOptions, useBlame } from './hooks/use-blame';
export { type FeedOptions, useChanges } from './hooks/use-changes';
export { type ConnectionValue, useConnection } from './hooks/use-connection';
export { useModelContext, useSearch } from './hooks/use-context';
export { type Following, type HistoryOptions, useHistory } from './hooks/use-history';
export { type KeyList, useKeys } from './hooks/use-keys';
export type { List, ListOptions } from './hooks/use-list';
export { type MemberList, useMembers } from './hooks/use-members';
export { type Panel, type PanelOptions, type PanelVerbs, usePanel } from './hooks/use-panel';
export { type PanelsOptions, usePanels, useQuery } from './hooks/use-panels';
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
export { useWorkspaceEvents } from './hooks/use-workspace-events';
export {
  type NewWorkspace,
  type WorkspaceChange,
  type WorkspaceList,
  type WorkspaceValue,
  useWorkspace,
  useWorkspaces,
} from './hooks/use-workspaces';
export type { Owned } from './stores/panel-address';
export { refreshAll } from './stores/stores';

// One import for all of it; where both have a name, it is the one of the hooks.
export type * from '@nexus-state/client';
export * from './of-the-client';
