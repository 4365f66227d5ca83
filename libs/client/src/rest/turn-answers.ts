import type { Conflict, JsonPatch } from '@nexus-state/documents';

/** What becomes of a change of a turn that collides with another. */
export type TurnPolicy = 'merge' | 'human-wins' | 'propose';

/** Where a turn is. */
export type TurnState = 'open' | 'committed' | 'aborted' | 'expired';

/** Why a change was made. */
export interface Provenance {
  readonly reason?: string;
  /** From 0 to 1. */
  readonly confidence?: number;
  readonly model?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly id: string }[];
  readonly onBehalfOf?: string;
  /** URLs. */
  readonly links?: readonly string[];
}

/** A turn that was begun. */
export interface TurnBegun {
  readonly turnId: string;
  readonly baseRevision: number;
  readonly snapshotId?: string;
  readonly expiresAt: string;
}

/** A piece of work that is begun, made of ordinary changes, and ended as a whole. */
export interface TurnItem {
  readonly turnId: string;
  readonly agent: string;
  readonly description?: string;
  readonly policy: TurnPolicy;
  /** The panels that it may change; missing for all. */
  readonly panels?: readonly string[];
  readonly state: TurnState;
  readonly baseRevision: number;
  readonly startedBy: string;
  readonly startedAt: string;
  readonly expiresAt: string;
  readonly endedAt?: string;
}

/** What was changed in a turn, and under it. */
export interface TurnChanges {
  /** The changes of the turn, oldest first. */
  readonly changes: readonly {
    readonly panelId: string;
    readonly version: number;
    readonly revision: number;
    readonly patch: JsonPatch;
  }[];
  /** What others changed since it was begun, oldest first. */
  readonly underneath: readonly {
    readonly panelId: string;
    readonly version: number;
    readonly actor: string;
    readonly triggeredBy: string;
    readonly patch: JsonPatch;
  }[];
}

/** What taking changes back came to. */
export interface Undone {
  /** Missing where nothing was changed. */
  readonly revision?: number;
  readonly undone: readonly {
    readonly panelId: string;
    readonly version: number;
    readonly patch: JsonPatch;
  }[];
  /** What was left, because others wrote over it. */
  readonly conflicts: readonly (Conflict & { readonly panelId: string })[];
  readonly preview: boolean;
}
