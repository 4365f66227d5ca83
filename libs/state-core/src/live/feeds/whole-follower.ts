import type { FeedPosition } from '../../panels/model';
import type { PanelHead } from '../../panels/ports';
import type { FeedEvent, Reach, Subscriber } from '../subscribers/subscriber';

/** Where a follower of a whole workspace begins. */
export interface WholeStart {
  /** Every change after this revision is sent. */
  readonly revision: number;
  /** The panels that it gets the states of first: those that were there at the revision, or soon after. None where it goes on. */
  readonly panels: readonly PanelHead[];
}

/** An object, so that a replay finds out that another one has begun since. */
export interface FollowerState {
  readonly kind: 'behind' | 'replaying' | 'ahead' | 'live' | 'lagging' | 'gone';
}

/** A subscriber of a whole workspace, and how far it is. */
export interface WholeFollower {
  readonly subscriber: Subscriber;
  readonly reach: Reach;
  state: FollowerState;
  /** Everything up to here was sent, while the follower is not live. */
  cursor: FeedPosition;
  /** The panels that it has to get the states of first; undefined where they have yet to be listed: those changed since the cursor. */
  toSend: readonly PanelHead[] | undefined;
  /** It has been sent something of the panels that were there at this revision; 0 where it has only begun. */
  knownUpTo: number;
  /** The versions that it has of some panels, ahead of the cursor: changes up to them are not sent again. */
  readonly seen: Map<string, number>;
  /** The revision that has to be reached before `seen` can be forgotten; undefined where it has yet to be read. */
  seenUntil: number | undefined;
}

/** Sends an event to one follower. */
export function sendTo({ subscriber }: Pick<WholeFollower, 'subscriber'>, event: FeedEvent): void {
  subscriber.broadcaster.send(event, new Set([subscriber]));
}
