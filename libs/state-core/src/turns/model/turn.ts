import { randomUUID } from 'node:crypto';
import type { WorkspaceKey } from '../../panels/model';
import { VisiblePanels } from '../../workspaces/access';

/** What becomes of a change of a turn that collides with one that was made since its author looked. */
export const turnPolicies = ['merge', 'human-wins', 'propose'] as const;
export type TurnPolicy = (typeof turnPolicies)[number];

/** Where a turn is. One that is not ended in its time is expired; its changes stay. */
export const turnStates = ['open', 'committed', 'aborted', 'expired'] as const;
export type TurnState = (typeof turnStates)[number];

/** How long a turn may take, in seconds. */
export const turnSeconds = { default: 600, max: 86_400 } as const;

/** A piece of work on a workspace: begun at a revision, made of ordinary changes, ended as a whole. */
export interface Turn {
  readonly turnId: string;
  /** Who works, as the beginner says: any text. */
  readonly agent: string;
  readonly description: string | null;
  readonly policy: TurnPolicy;
  /** Patterns of the panels that it may change; undefined for all. */
  readonly panels: readonly string[] | undefined;
  readonly state: TurnState;
  /** The revision of the workspace when it was begun. */
  readonly baseRevision: number;
  /** A token's `sub`. */
  readonly startedBy: string;
  /** RFC 3339, UTC, milliseconds, as all instants of a turn. */
  readonly startedAt: string;
  readonly expiresAt: string;
  /** Undefined while it is open. */
  readonly endedAt: string | undefined;
}

/** What its beginner says of a turn. */
export interface TurnRequest {
  readonly agent: string;
  readonly description?: string | undefined;
  readonly policy: TurnPolicy;
  readonly panels?: readonly string[] | undefined;
  readonly ttlSeconds?: number | undefined;
}

/** Which turn of which workspace. */
export interface TurnKey extends WorkspaceKey {
  readonly turnId: string;
}

/** A new turn. */
export function newTurn(
  { agent, description, policy, panels, ttlSeconds = turnSeconds.default }: TurnRequest,
  {
    baseRevision,
    startedBy,
    now,
  }: { readonly baseRevision: number; readonly startedBy: string; readonly now: Date },
): Turn {
  return {
    ...{ turnId: randomUUID(), agent, description: description ?? null, policy, panels, state: 'open' },
    ...{ baseRevision, startedBy, startedAt: now.toISOString() },
    expiresAt: new Date(now.getTime() + ttlSeconds * 1000).toISOString(),
    endedAt: undefined,
  };
}

/** A turn as it is at an instant: one whose time has passed has expired then. */
export function turnAt(turn: Turn, now: Date): Turn {
  if (turn.state !== 'open' || Date.parse(turn.expiresAt) > now.getTime()) return turn;
  return { ...turn, state: 'expired', endedAt: turn.expiresAt };
}

/** The panels that a turn may change. */
export function panelsOfTurn({ panels }: Pick<Turn, 'panels'>): VisiblePanels {
  return panels ? new VisiblePanels(panels) : VisiblePanels.all;
}
