import type { JsonObject, PatchRequest } from '@nexus-state/documents';
import type { FencedLock } from '../../locks/model/lock';
import type { IdempotentRequest, KeptResponse, KeyClaim, WorkspaceClaim } from './idempotency';
import type { Change, ChangeOrigin, Panel } from './panel';
import type { PanelKey, WorkspaceKey } from './panel-key';

/** A change of which it does not matter, or is not known yet, when and in which order it was accepted. */
export type UndatedChange = Omit<Change, 'occurredAt' | 'revision' | 'ordinal'>;

/** A change as a writer proposes it; the store adds when it was accepted. */
export interface NewChange extends UndatedChange {
  /**
   * The idempotency key of its request, kept beside the change. Services of the version before find repeated requests by
   * it; this one goes by claims.
   */
  readonly idempotencyKey?: string | undefined;
  /** The patch as canonical text. */
  readonly patchText: string;
  /** Bytes of the state after this change, as canonical text. */
  readonly stateSizeBytes: number;
  /** The text of the whole state after this change, where a full copy is due. */
  readonly fullCopy?: string | undefined;
}

/** What is known of a proposal before it is decided what it would change. */
export interface ProposalStub {
  readonly proposalId: string;
  readonly title: string;
  readonly reason: string | null;
  readonly origin: ChangeOrigin;
  /** RFC 3339, UTC, milliseconds. */
  readonly proposedAt: string;
}

/** What a change leaves out because it collides: a proposal of it is opened with the change, or neither happens. */
export interface LeftOut extends ProposalStub {
  /** The version that its author saw. */
  readonly version: number;
  readonly patches: PatchRequest;
}

/** What a proposal would do to a panel, and the version that its author saw; 0 where there was none. */
export type ProposedChange = {
  readonly panelId: string;
  readonly version: number;
} & (
  | { readonly patches: PatchRequest; readonly state?: undefined; readonly delete?: undefined }
  | { readonly state: JsonObject; readonly patches?: undefined; readonly delete?: undefined }
  | { readonly delete: true; readonly patches?: undefined; readonly state?: undefined }
);

/** Changes that an approval rule holds back. */
export interface HeldBack extends ProposalStub {
  readonly changes: readonly ProposedChange[];
  /** Who may approve them, as the rule says. */
  readonly approvers: unknown;
}

/** One or more changes of one panel, in order, to be appended together. */
export interface Append {
  readonly key: PanelKey;
  /** The panel's version before the first change; 0 where it was never created. */
  readonly expectedVersion: number;
  /** At least one, each one version after the one before it. */
  readonly changes: readonly NewChange[];
  /** The panel after the last change. */
  readonly result: Omit<Panel, 'updatedAt'>;
  /** The keys that are claimed together with the changes: all of them are free, or nothing is appended. */
  readonly claims?: readonly KeyClaim[] | undefined;
  /** The lock that the changes are made under: its newest number is this one, or nothing is appended. */
  readonly lock?: FencedLock | undefined;
  /** The turn that the changes belong to: it is open until they are durable, or nothing is appended. */
  readonly turnId?: string | undefined;
  /** What they leave out. */
  readonly leftOut?: readonly LeftOut[] | undefined;
}

/** Changes that are durable. */
export interface Appended {
  readonly outcome: 'appended';
  readonly occurredAt: string;
  /** The revision of the last change; of each one before it in the same panel, one less. Of changes made together: of all. */
  readonly revision: number;
}

/** What became of one append. Losing a race is normal: it is an answer, not an error. */
export type AppendOutcome =
  | Appended
  | { readonly outcome: 'version-mismatch' }
  /** Another request has claimed one of the keys. */
  | { readonly outcome: 'key-taken' }
  /** A newer number of its lock was given out, or the one that it names never was. */
  | { readonly outcome: 'lock-lost' }
  /** The turn that they belong to, or that is to end with them, is not open. */
  | { readonly outcome: 'turn-ended' }
  /** The proposal that is to be closed with them is closed already. */
  | { readonly outcome: 'proposal-closed' }
  /** An approval rule holds one of the changes back. */
  | { readonly outcome: 'needs-approval'; readonly index: number; readonly approvers: unknown };

/**
 * Decides on an append while the panel is held for it alone.
 * @param panel the panel as it is; undefined where it was never created
 * @param find looks for what is kept under the key of a request
 * @param changesSince reads the changes of the panel after a version, oldest first, as `PanelStore.changesSince` does
 * @returns undefined to append nothing
 */
export type BuildAppend = (
  panel: Panel | undefined,
  find: (request: IdempotentRequest) => Promise<KeptResponse | undefined>,
  changesSince: ReadChangesSince,
) => Promise<Append | undefined>;

/** Reads the changes of one panel after a version, oldest first, at most `limit` of them. */
export type ReadChangesSince = (version: number, limit: number) => Promise<readonly Change[]>;

/** A panel that must be at a version; 0 for one that must never have been created. */
export interface ExpectedPanel {
  readonly key: PanelKey;
  readonly version: number;
}

/** Changes of several panels that are to be appended as one. */
export interface Together {
  /** At most one entry a panel. */
  readonly batch: readonly Append[];
  /** Panels that are not changed. */
  readonly checks: readonly ExpectedPanel[];
  /** A key that is claimed together with the changes, where there is one. */
  readonly claim?: WorkspaceClaim | undefined;
  /** The lock that all of it is done under, where there is one. */
  readonly lock?: FencedLock | undefined;
  /** The turn that all of it belongs to: it is open until it is durable, or nothing is appended. */
  readonly turnId?: string | undefined;
  /** What happens with it, or neither happens. */
  readonly companion?: Companion | undefined;
}

/** What happens in the transaction of changes, beside them. */
export type Companion =
  /** A turn is aborted: it is open, and has exactly so many changes, or the versions count as missed. */
  | {
      readonly kind: 'abort-turn';
      readonly workspace: WorkspaceKey;
      readonly turnId: string;
      readonly changes: number;
      /** What takes its changes back once it is approved, where that waits: a proposal of it is opened. */
      readonly heldBack?: HeldBack | undefined;
    }
  /** A proposal is approved, which is open. */
  | {
      readonly kind: 'approve-proposal';
      readonly workspace: WorkspaceKey;
      readonly proposalId: string;
      readonly closedBy: string;
      readonly comment: string | null;
    };

/**
 * Decides on appends while several panels are held for it alone. Called again where one of them appeared meanwhile.
 * @param panels by id, as they are; those that were never created are left out
 * @param find looks for what is kept under the key of a request that changes some of these panels
 * @returns undefined to append nothing
 */
export type BuildTogether = (
  panels: ReadonlyMap<string, Panel>,
  find: (request: IdempotentRequest, panelIds: readonly string[]) => Promise<KeptResponse | undefined>,
) => Promise<Together | undefined>;
