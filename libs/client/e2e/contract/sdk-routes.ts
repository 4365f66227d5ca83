import type {
  ApprovalRule,
  ChangesOptions,
  DeleteKeyOptions,
  Fenced,
  FeedEntry,
  FoundPanel,
  HistoryEntry,
  KeyListOptions,
  KeyTransactionDone,
  ListedKey,
  Lock,
  LockOptions,
  Member,
  MergeOptions,
  NexusClient,
  Page,
  PageChoice,
  PanelHandle,
  ProposalMade,
  Role,
  SearchResult,
  SetOptions,
  SnapshotJob,
  TransactionOperation,
  UpdateOptions,
  WatchOptions,
  Workspace,
  WorkspaceHandle,
} from '../../src';
import type {
  Gives,
  InSeconds,
  ItemsOf,
  OfKey,
  Options,
  PageOf,
  SdkRoute,
  Sent,
  WireValue,
  Written,
} from './sdk-route';

/** The handle of a workspace says whose it is. */
type Owned = Options<NexusClient['workspace'], 1>;
type Panel = PanelHandle;
type Space = WorkspaceHandle;
type Snapshots = Space['snapshots'];
type Turns = Space['turns'];
type Proposals = Space['proposals'];
type Members = Space['members'];
type Workspaces = NexusClient['workspaces'];
type Keys = NexusClient['keys'];

/** The routes that the client asks for, by the types of its methods. Nothing of it runs: `sdk-types.ts` reads it. */
export interface SdkRoutes extends Readonly<Record<string, SdkRoute>> {
  'GET /api/state/{workspaceId}/changes': {
    // Ids of panels are sent as one text. The client asks for the stream, whose events are the items.
    query: Owned & Omit<Sent<ChangesOptions>, 'panels'> & { readonly panels?: string };
    gives: { readonly changes: readonly FeedEntry[] };
    leaves: 'query.limit' | 'gives.workspaceId' | 'gives.nextCursor' | 'gives.more';
  };
  'POST /api/snapshots/{workspaceId}': {
    query: Owned;
    takes: Options<Snapshots['create']>;
    gives: Gives<Snapshots['create']>;
    waits: SnapshotJob;
  };
  'GET /api/snapshots/{workspaceId}': {
    query: Owned & PageChoice;
    gives: PageOf<'snapshots', Snapshots['list']>;
  };
  'GET /api/state/{workspaceId}/snapshot': {
    query: Owned & Options<Space['state']>;
    gives: Gives<Space['state']>;
  };
  'GET /api/snapshots/{workspaceId}/jobs/{jobId}': { query: Owned; gives: Gives<Snapshots['job']> };
  'POST /api/snapshots/{workspaceId}/restore': {
    query: Owned;
    takes: Options<Snapshots['restore']>;
    gives: Gives<Snapshots['restore']>;
    waits: ProposalMade;
  };
  'GET /api/snapshots/{workspaceId}/commits': {
    query: Owned & Pick<PageChoice, 'limit'>;
    gives: { readonly commits: ItemsOf<Snapshots['commits']> };
  };
  'GET /api/snapshots/{workspaceId}/{snapshotId}': { query: Owned; gives: Gives<Snapshots['get']> };
  'GET /api/snapshots/{workspaceId}/{snapshotId}/diff': {
    query: Owned & { readonly to?: Parameters<Snapshots['diff']>[1] };
    gives: Gives<Snapshots['diff']>;
  };
  'POST /api/state/{workspaceId}/turns': {
    query: Owned;
    takes: Options<Turns['begin']>;
    gives: Gives<Turns['begin']>;
  };
  'GET /api/state/{workspaceId}/turns': {
    query: Owned & PageChoice & Options<Turns['list']>;
    gives: PageOf<'turns', Turns['list']>;
  };
  'GET /api/state/{workspaceId}/turns/{turnId}': { query: Owned; gives: Gives<Turns['get']> };
  'POST /api/state/{workspaceId}/turns/{turnId}/commit': { query: Owned; gives: Gives<Turns['commit']> };
  'POST /api/state/{workspaceId}/turns/{turnId}/abort': {
    query: Owned;
    takes: Options<Turns['abort'], 1>;
    gives: Gives<Turns['abort']>;
    waits: ProposalMade;
  };
  'POST /api/state/{workspaceId}/undo': {
    query: Owned;
    takes: Options<Space['undo']>;
    gives: Gives<Space['undo']>;
    waits: ProposalMade;
  };
  'POST /api/state/{workspaceId}/proposals': {
    query: Owned;
    takes: Options<Proposals['create']>;
    gives: Gives<Proposals['create']>;
  };
  'GET /api/state/{workspaceId}/proposals': {
    query: Owned & PageChoice & Options<Proposals['list']>;
    gives: PageOf<'proposals', Proposals['list']>;
  };
  'GET /api/state/{workspaceId}/proposals/{proposalId}': { query: Owned; gives: Gives<Proposals['get']> };
  'POST /api/state/{workspaceId}/proposals/{proposalId}/approve': {
    query: Owned;
    takes: Options<Proposals['approve'], 1>;
    gives: Gives<Proposals['approve']>;
  };
  'POST /api/state/{workspaceId}/proposals/{proposalId}/reject': {
    query: Owned;
    takes: { readonly reason: Parameters<Proposals['reject']>[1] };
    gives: Gives<Proposals['reject']>;
  };
  'POST /api/state/{workspaceId}/proposals/{proposalId}/withdraw': {
    query: Owned;
    gives: Gives<Proposals['withdraw']>;
  };
  'POST /api/state/{workspaceId}/query': {
    query: Owned;
    takes: Parameters<Space['query']>[0] & PageChoice;
    gives: { readonly panels: readonly FoundPanel[] } & Pick<Page<unknown>, 'nextCursor'>;
    leaves: 'gives.workspaceId';
  };
  'POST /api/state/{workspaceId}/context': {
    query: Owned;
    takes: Parameters<Space['context']>[0];
    gives: Gives<Space['context']>;
  };
  'POST /api/state/{workspaceId}/search': {
    query: Owned;
    takes: { readonly query: string } & Options<Space['search'], 1>;
    gives: { readonly results: readonly SearchResult[] };
  };
  'POST /api/state/{workspaceId}/transaction': {
    query: Owned;
    takes: { readonly operations: readonly TransactionOperation[] } & Options<Space['transaction'], 1>;
    gives: Gives<Space['transaction']>;
    waits: ProposalMade;
    leaves: 'gives.success';
  };
  'GET /api/state/{workspaceId}/{panelId}/history': {
    // A cursor of the client's tells how many there were.
    query: Owned & Options<Panel['history']> & Pick<PageChoice, 'limit'> & { readonly offset?: number };
    gives: { readonly history: readonly HistoryEntry[]; readonly totalChanges: number };
    leaves: 'gives.panelId';
  };
  'GET /api/state/{workspaceId}/{panelId}/blame': {
    query: Owned & Options<Panel['blame']>;
    gives: Gives<Panel['blame']>;
  };
  'POST /api/state/{workspaceId}/{panelId}/revert': {
    query: Owned;
    takes: { readonly targetVersion: number } & Options<Panel['revert'], 1>;
    gives: Gives<Panel['revert']>;
    waits: ProposalMade;
  } & Written<'merged' | 'patch' | 'dropped' | 'proposalId', 'revertedTo'>;
  'GET /api/state/{workspaceId}': {
    query: Owned & PageChoice & Options<Space['panels']>;
    gives: PageOf<'panels', Space['panels']>;
    leaves: 'gives.workspaceId';
  };
  'POST /api/state/{workspaceId}/{panelId}': {
    query: Owned;
    takes: { readonly initialState: Parameters<Panel['create']>[0] } & Options<Panel['create'], 1>;
    gives: Gives<Panel['create']>;
    waits: ProposalMade;
  } & Written<'merged' | 'patch' | 'dropped' | 'proposalId', 'panelId' | 'workspaceId'>;
  'GET /api/state/{workspaceId}/{panelId}': {
    query: Owned & Options<Panel['get']>;
    gives: Gives<Panel['get']>;
    // `history()` reads the history.
    leaves: 'query.includeHistory' | 'gives.history' | 'gives.panelId' | 'gives.workspaceId';
  };
  'PUT /api/state/{workspaceId}/{panelId}': {
    query: Owned;
    takes: { readonly state: Parameters<Panel['set']>[0] } & Options<Panel['set'], 1>;
    gives: Gives<Panel['set']>;
    waits: ProposalMade;
  } & Written<'merged' | 'patch', never>;
  'PATCH /api/state/{workspaceId}/{panelId}': {
    // A merge has no room for options in its body.
    query: Owned & Pick<MergeOptions, 'version' | 'onConflict'>;
    takes: { readonly patches: Parameters<Panel['patch']>[0] } & Options<Panel['patch'], 1>;
    gives: Gives<Panel['patch']>;
    waits: ProposalMade;
  } & Omit<Written<never, 'appliedPatches' | 'baseVersion'>, 'adds'>;
  'DELETE /api/state/{workspaceId}/{panelId}': {
    query: Owned;
    takes: Options<Panel['delete']>;
    waits: ProposalMade;
  };
  'GET /api/workspaces/{workspaceId}/approval-rules': { query: Owned; gives: readonly ApprovalRule[] };
  'PUT /api/workspaces/{workspaceId}/approval-rules': {
    query: Owned;
    takes: Parameters<Proposals['setRules']>[0];
    gives: Gives<Proposals['setRules']>;
  };
  'GET /api/workspaces': { gives: { readonly workspaces: ItemsOf<Workspaces['list']> } };
  'POST /api/workspaces': { takes: Options<Workspaces['create']>; gives: Workspace };
  'GET /api/workspaces/{workspaceId}': {
    query: Options<Workspaces['get'], 1>;
    gives: Gives<Workspaces['get']>;
  };
  'PATCH /api/workspaces/{workspaceId}': {
    query: Options<Workspaces['update'], 2>;
    takes: Parameters<Workspaces['update']>[1];
    gives: Gives<Workspaces['update']>;
  };
  'DELETE /api/workspaces/{workspaceId}': { query: Options<Workspaces['delete'], 1> };
  'POST /api/workspaces/{workspaceId}/activate': {
    query: Options<Workspaces['activate'], 1>;
    gives: Gives<Workspaces['activate']>;
  };
  'GET /api/workspaces/{workspaceId}/members': {
    query: Owned;
    gives: { readonly members: ItemsOf<Members['list']> };
  };
  'GET /api/workspaces/{workspaceId}/members/{userId}': { query: Owned; gives: Gives<Members['get']> };
  'PUT /api/workspaces/{workspaceId}/members/{userId}': {
    query: Owned;
    takes: { readonly role: Role };
    gives: Member;
  };
  'DELETE /api/workspaces/{workspaceId}/members/{userId}': { query: Owned };
  'GET /api/kv': {
    query: { readonly prefix?: string } & Sent<KeyListOptions>;
    gives: { readonly keys: readonly ListedKey[] } & Omit<Gives<ReturnType<Keys['list']>['page']>, 'items'>;
    // The client turns it into bytes.
    leaves: 'gives.keys[].encoding';
  };
  'POST /api/kv': {
    takes: { readonly transaction: readonly object[] } & Sent<Fenced>;
    gives: KeyTransactionDone;
  };
  'GET /api/kv/{key}': {
    query: OfKey;
    gives: NonNullable<Gives<Keys['getEntry']>>;
    leaves: 'gives.encoding';
  };
  'PUT /api/kv/{key}': {
    query: OfKey;
    takes: WireValue &
      InSeconds<Sent<SetOptions>> & { readonly version?: Parameters<Keys['compareAndSet']>[1] };
    gives: { readonly version: Gives<Keys['setJson']> };
    leaves: 'gives.key' | 'gives.revision';
  };
  'PATCH /api/kv/{key}': {
    query: OfKey & InSeconds<Omit<Sent<UpdateOptions>, 'lock'>>;
    takes: Parameters<Keys['update']>[1];
    gives: { readonly version: Gives<Keys['update']> };
    leaves: 'gives.key' | 'gives.revision';
  };
  'DELETE /api/kv/{key}': {
    query: OfKey;
    takes: Sent<DeleteKeyOptions>;
    gives: object;
    leaves: 'gives.key' | 'gives.revision' | 'gives.version';
  };
  'GET /api/watch': {
    // A revision is sent as text, too.
    query: { readonly pattern: string; readonly since?: Extract<WatchOptions['since'], string> };
  };
  'POST /api/locks/{name}': { takes: Sent<LockOptions> & { readonly ttlMs: number }; gives: Lock };
  'PUT /api/locks/{name}': { takes: Pick<Lock, 'token'> & { readonly ttlMs: number }; gives: Lock };
  'DELETE /api/locks/{name}': { takes: Pick<Lock, 'token'> };
}
