import type * as contract from '@nexus-state/contracts';
import type { Lock } from '../locks/locks';
import type * as client from './answers';
import type { Context, ContextQuery, SearchResult } from './context';
import type * as proposals from './proposal-answers';
import type * as turns from './turn-answers';
import type { TurnOptions, UndoOptions } from './turns';

/** Compiles only where what the contract promises can be read as what the client gives. */
type Gives<Promised extends Given, Given> = [Promised, Given];

/** The contract types patches and states as objects of any shape. */
type Loose<T> = T extends readonly (infer Item)[]
  ? readonly Loose<Item>[]
  : T extends object
    ? {
        readonly [Key in keyof T]: Key extends
          'patch' | 'patches' | 'state' | 'changeType' | 'role' | 'policy' | 'yours' | 'theirs'
          ? unknown
          : Loose<T[Key]>;
      }
    : T;

type Checked = [
  Gives<Loose<contract.HistoryItem>, Loose<client.HistoryEntry>>,
  Gives<Loose<contract.FeedItem>, Loose<client.FeedEntry>>,
  Gives<Loose<contract.PanelListItem>, Loose<client.PanelItem>>,
  Gives<Loose<contract.FoundPanel>, Loose<client.FoundPanel>>,
  Gives<Loose<contract.WorkspaceResponse>, Loose<client.Workspace>>,
  Gives<Loose<contract.MemberResponse>, Loose<client.Member>>,
  Gives<Loose<contract.SnapshotTaken>, Loose<client.SnapshotTaken>>,
  Gives<Loose<contract.SnapshotItem>, Loose<client.SnapshotItem>>,
  Gives<Loose<contract.SnapshotContent>, Loose<client.SnapshotContent>>,
  Gives<Loose<contract.SnapshotDiff>, Loose<client.SnapshotDiff>>,
  Gives<Loose<contract.SnapshotJobResponse>, Loose<client.SnapshotJob>>,
  Gives<Loose<contract.PanelBlame>, Loose<client.Blame>>,
  Gives<Loose<contract.LockHeld>, Loose<Lock>>,
  Gives<Loose<contract.KeyWritten>, { version: number; revision: number }>,
  Gives<Loose<contract.RestoreDone>, Loose<client.RestoreDone>>,
  Gives<Loose<contract.CommitItem>, Loose<client.Commit>>,
  Gives<Loose<contract.PanelResponse>, Loose<client.PanelState<object>>>,
  Gives<Loose<contract.TransactionDone>, Loose<client.TransactionDone>>,
  Gives<Loose<Omit<contract.ProposalItem, 'changes'>>, Loose<Omit<proposals.Proposal, 'changes'>>>,
  Gives<Loose<contract.ProposalPreview>, Loose<proposals.ProposalWithPreview['preview']>>,
  Gives<Loose<contract.ProposalApproved>, Loose<proposals.ProposalApproved>>,
  Gives<Loose<contract.TurnBegun>, Loose<turns.TurnBegun>>,
  Gives<Loose<contract.TurnItem>, Loose<turns.TurnItem>>,
  Gives<Loose<contract.TurnCommitted>, Loose<turns.TurnChanges & { readonly revision: number }>>,
  Gives<Loose<contract.Undone>, Loose<turns.Undone>>,
  Gives<Loose<contract.ContextResponse>, Loose<Context>>,
  Gives<Loose<contract.SearchResult>, Loose<SearchResult>>,
  // What the client sends, the contract takes.
  Gives<Loose<proposals.NewProposal>, Loose<contract.ProposeRequest>>,
  Gives<Loose<proposals.Approval>, Loose<contract.ApproveRequest>>,
  Gives<Loose<ContextQuery>, Loose<contract.ContextRequest>>,
  Gives<Loose<Omit<TurnOptions, 'signal'>>, Loose<contract.BeginTurnRequest>>,
  Gives<keyof Omit<UndoOptions, 'signal'>, keyof contract.UndoRequest>,
  // And the other way: a field that the contract takes away is missed here.
  Gives<keyof client.HistoryEntry, keyof contract.HistoryItem>,
  Gives<keyof client.FeedEntry, keyof contract.FeedItem>,
  Gives<keyof client.Written, keyof contract.PanelPatched>,
  Gives<keyof proposals.Proposal, keyof contract.ProposalItem>,
  Gives<keyof turns.TurnItem, keyof contract.TurnItem>,
  Gives<keyof Context, keyof contract.ContextResponse>,
];

describe('what the client gives', () => {
  it('is what the contract promises', () => {
    // The compiler checks it: this spec does not compile where they differ.
    const checked: Checked['length'] = 38;
    expect(checked).toBe(38);
  });
});
