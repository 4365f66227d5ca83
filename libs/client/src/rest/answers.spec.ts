import type * as contract from '@nexus-state/contracts';
import type { Lock } from '../locks/locks';
import type * as client from './answers';

/** Compiles only where what the contract promises can be read as what the client gives. */
type Gives<Promised extends Given, Given> = [Promised, Given];

/** The contract types patches and states as objects of any shape. */
type Loose<T> = T extends readonly (infer Item)[]
  ? readonly Loose<Item>[]
  : T extends object
    ? {
        readonly [Key in keyof T]: Key extends 'patch' | 'state' | 'changeType' | 'role'
          ? unknown
          : Loose<T[Key]>;
      }
    : T;

/** What the service does not tell yet, and the client passes on where it does. */
type Later = 'turnId';

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
  // And the other way: a field that the contract takes away is missed here.
  Gives<keyof client.HistoryEntry, keyof contract.HistoryItem | Later>,
  Gives<keyof client.FeedEntry, keyof contract.FeedItem | Later>,
  Gives<keyof client.Written, keyof contract.PanelPatched | Later>,
];

describe('what the client gives', () => {
  it('is what the contract promises', () => {
    // The compiler checks it: this spec does not compile where they differ.
    const checked: Checked['length'] = 21;
    expect(checked).toBe(21);
  });
});
