import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { ListOf, ListOfObjects, Nullable, PageParams, UnderLock, maxVersion } from './common';
import { ConflictItem } from './conflicts';

const policies = ['merge', 'human-wins', 'propose'];
const states = ['open', 'committed', 'aborted', 'expired'];

/** Body that begins a turn. */
export class BeginTurnRequest {
  /** Who works: a name for people. At most 255 characters. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  agent: string;

  /** What for. At most 2,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  description?: string;

  /** The panels that the turn may change: ids, in which `*` stands for any characters; without it, all. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  panels?: string[];

  /**
   * What becomes of a change that collides with another: `merge` refuses it, `human-wins` leaves what is there and drops what collides,
   * `propose` makes a proposal of what collides.
   */
  @IsIn(policies)
  policy: 'merge' | 'human-wins' | 'propose';

  /** The time to end it, in seconds; default 600. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(86_400)
  ttlSeconds?: number;
}

/** Response to the beginning of a turn. */
export class TurnBegun {
  @IsString()
  turnId: string;

  /** The revision of the workspace at the beginning. */
  @IsInt()
  baseRevision: number;

  /** The snapshot that was taken first, if it was taken in time. */
  @IsOptional()
  @IsString()
  snapshotId?: string;

  @IsISO8601()
  expiresAt: string;
}

/** A turn. */
export class TurnItem {
  @IsString()
  turnId: string;

  @IsString()
  agent: string;

  @IsOptional()
  @IsString()
  description?: string;

  @IsIn(policies)
  policy: string;

  /** The panels that it may change; missing for all. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  panels?: readonly string[];

  @IsIn(states)
  state: string;

  @IsInt()
  baseRevision: number;

  /** Who began it: the `sub` of their token. */
  @IsString()
  startedBy: string;

  @IsISO8601()
  startedAt: string;

  @IsISO8601()
  expiresAt: string;

  @IsOptional()
  @IsISO8601()
  endedAt?: string;
}

/** Query parameters of the list of turns. */
export class TurnListParams extends PageParams {
  /** Only turns in this state. */
  @IsOptional()
  @IsIn(states)
  state?: 'open' | 'committed' | 'aborted' | 'expired';
}

/** A page of turns, newest first. */
export class TurnList {
  @ListOf(TurnItem)
  turns: TurnItem[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

/** A change of a turn. */
export class TurnChange {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  @IsInt()
  revision: number;

  /** A JSON Patch (RFC 6902). */
  @ListOfObjects()
  patch: readonly object[];
}

/** A change that others made since a turn was begun. */
export class UnderneathChange {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  /** Who made it: the `sub` of their token. */
  @IsString()
  actor: string;

  @IsString()
  triggeredBy: string;

  /** A JSON Patch (RFC 6902). */
  @ListOfObjects()
  patch: readonly object[];
}

/** A turn with its changes. */
export class TurnReport extends TurnItem {
  /** The changes of the turn, oldest first; at most 1,000. */
  @ListOf(TurnChange)
  changes: TurnChange[];

  /** What others changed since it was begun in the panels that it may touch, oldest first; at most 1,000. */
  @ListOf(UnderneathChange)
  underneath: UnderneathChange[];
}

/** Response to the commit of a turn. */
export class TurnCommitted {
  /** The revision of the workspace. */
  @IsInt()
  revision: number;

  /** The changes of the turn, oldest first; at most 1,000. */
  @ListOf(TurnChange)
  changes: TurnChange[];

  /** What others changed since it was begun in the panels that it may touch, oldest first; at most 1,000. */
  @ListOf(UnderneathChange)
  underneath: UnderneathChange[];
}

/** Body of an undo: at least one criterion; changes that match all of them are taken back. */
export class UndoRequest extends UnderLock {
  /** Changes of this turn. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  turnId?: string;

  /** Changes by this actor: the `sub` of a token. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  actor?: string;

  /** Changes triggered by this: `user`, `ai`, `system`, or another word. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  triggeredBy?: string;

  /** Changes at or after this instant (RFC 3339). */
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;

  /** Changes at or before this instant (RFC 3339). */
  @IsOptional()
  @IsISO8601({ strict: true })
  until?: string;

  /** Changes behind this revision. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  sinceRevision?: number;

  /** Changes up to this revision. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  untilRevision?: number;

  /** Changes of these panels: ids, in which `*` stands for any characters. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  panels?: string[];

  /** Only says what would happen. */
  @IsOptional()
  @IsBoolean()
  preview?: boolean;
}

/** Body of the abort of a turn, optional. */
export class AbortTurnRequest extends UnderLock {
  /** Only says what would happen. */
  @IsOptional()
  @IsBoolean()
  preview?: boolean;
}

/** A panel that was changed back. */
export class UndonePanel {
  @IsString()
  panelId: string;

  /** The version that the undo made. */
  @IsInt()
  version: number;

  /** The JSON Patch (RFC 6902) that was applied; it adds or removes the root where the panel came back or went. */
  @ListOfObjects()
  patch: readonly object[];
}

/** What was left, because it could not be taken back without touching what others wrote since. */
export class UndoConflictItem extends ConflictItem {
  @IsString()
  panelId: string;
}

/** Response of an undo, and of the abort of a turn. */
export class Undone {
  /** The revision that the changes made together; missing where there were none, and in a preview. */
  @IsOptional()
  @IsInt()
  revision?: number;

  @ListOf(UndonePanel)
  undone: UndonePanel[];

  @ListOf(UndoConflictItem)
  conflicts: UndoConflictItem[];

  @IsBoolean()
  preview: boolean;
}
