import type { PanelKey, WorkspaceKey } from '../../panels/model';
import type { Reach } from '../subscribers/subscriber';

/** What a subscription follows, and where it begins. */
export type FollowTarget =
  | {
      readonly kind: 'panel';
      readonly key: PanelKey;
      /**
       * The version that was seen last: every change after it is sent. Without one, or with one that the panel has not
       * reached, the subscriber begins with the state. A deleted panel can only be followed on from a version.
       */
      readonly version?: number | undefined;
    }
  | {
      /** Every panel within reach, also those to come. */
      readonly kind: 'workspace';
      readonly key: WorkspaceKey;
      readonly reach: Reach;
      /**
       * The revision that was seen last: every change after it is sent. Without one, or with one that the workspace has not
       * reached, the subscriber begins with the state of every panel.
       */
      readonly revision?: number | undefined;
    };

/** What a subscriber follows: updates, and who is present. */
export interface Subscription {
  /** The version that the panel is at; undefined for a whole workspace. */
  readonly version: number | undefined;

  /** The revision that a whole workspace begins at: what was changed before was seen, or is sent first. Undefined for a panel. */
  readonly revision: number | undefined;

  /** Sends what the subscriber begins with, and then every event. Nothing is sent before, so that a reply can go first. */
  begin(): void;

  /** Sends no more updates. The subscriber stays present, and sees who is, until `stop`. */
  suspend(): void;

  /** Ends it, begun or not; nothing is sent afterwards. A second call does nothing. */
  stop(): void;
}
