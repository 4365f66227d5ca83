import {
  Allow,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import {
  ListOf,
  ListOfObjects,
  Nullable,
  ObjectOf,
  PageParams,
  Provenance,
  UnderLock,
  maxVersion,
} from './common';
import { ConflictItem } from './conflicts';

const states = ['open', 'approved', 'rejected', 'withdrawn', 'expired'];

/** What a proposal would do to a panel: one of `patches`, `state` and `delete`. */
export class ProposedChangeItem {
  @IsString()
  panelId: string;

  /** The version that its author saw; 0 where there was no panel. */
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version: number;

  /** A JSON Patch (RFC 6902), with `inc`. */
  @IsOptional()
  @ListOfObjects()
  patches?: readonly object[];

  /** The whole new state. */
  @IsOptional()
  @IsObject()
  state?: object;

  /** Deletes the panel. */
  @IsOptional()
  @IsBoolean()
  delete?: boolean;
}

/** Body that opens a proposal. */
export class ProposeRequest {
  /** At most 255 characters. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  title: string;

  /** Why, in words. At most 4,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  reason?: string;

  /** At most 1,000 changes, and 10,000 operations in all. */
  @ListOf(ProposedChangeItem)
  changes: ProposedChangeItem[];

  /** How long it waits, in seconds; at most 90 days. Without it, it waits without end. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(7_776_000)
  expiresInSeconds?: number;

  /** `user`, `ai`, `system`, or a word of the caller; default `user`, in a turn `ai`. At most 64 characters. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  triggeredBy?: string;

  /** The turn that it belongs to. */
  @IsOptional()
  @IsString()
  turnId?: string;

  /** Why the change is proposed; kept with it. */
  @IsOptional()
  @ObjectOf(Provenance)
  provenance?: Provenance;
}

/** A proposal that was opened. */
export class ProposalOpened {
  @IsString()
  proposalId: string;

  @IsIn(['open'])
  state: 'open';
}

/** A change that waits for approval, or has. */
export class ProposalItem {
  @IsString()
  proposalId: string;

  @IsString()
  title: string;

  @IsOptional()
  @IsString()
  reason?: string;

  @IsIn(states)
  state: string;

  @ListOf(ProposedChangeItem)
  changes: ProposedChangeItem[];

  /** Who proposed it: the `sub` of their token. */
  @IsString()
  proposedBy: string;

  @IsString()
  triggeredBy: string;

  @IsISO8601()
  proposedAt: string;

  @IsOptional()
  @IsISO8601()
  expiresAt?: string;

  @IsOptional()
  @IsString()
  turnId?: string;

  /** Who closed it: the `sub` of their token. */
  @IsOptional()
  @IsString()
  closedBy?: string;

  @IsOptional()
  @IsISO8601()
  closedAt?: string;

  /** What was said as it was closed. */
  @IsOptional()
  @IsString()
  comment?: string;

  @IsOptional()
  @ObjectOf(Provenance)
  provenance?: Provenance;
}

/** Query parameters of the list of proposals. */
export class ProposalListParams extends PageParams {
  /** Only proposals in this state. */
  @IsOptional()
  @IsIn(states)
  state?: 'open' | 'approved' | 'rejected' | 'withdrawn' | 'expired';
}

/** A page of proposals, newest first. */
export class ProposalList {
  @ListOf(ProposalItem)
  proposals: ProposalItem[];

  /** The cursor of the next page; null on the last page. */
  @IsString()
  @Nullable()
  nextCursor: string | null;
}

/** What a proposal comes to for one panel, as it is now. */
export class ProposalPreviewPanel {
  @IsString()
  panelId: string;

  /** The version of the panel now; 0 where it was never there. */
  @IsInt()
  version: number;

  /** What the approval would apply, as a JSON Patch (RFC 6902). */
  @ListOfObjects()
  patch: readonly object[];

  /** What an approval has to settle by resolutions. */
  @ListOf(ConflictItem)
  conflicts: ConflictItem[];
}

/** What a proposal comes to now. */
export class ProposalPreview {
  @ListOf(ProposalPreviewPanel)
  panels: ProposalPreviewPanel[];
}

/** A proposal, and what it comes to now. */
export class ProposalWithPreview extends ProposalItem {
  @ObjectOf(ProposalPreview)
  preview: ProposalPreview;
}

/** How a conflict is settled. */
export class ResolutionItem {
  @IsString()
  panelId: string;

  /** The `path` of the conflict. */
  @IsString()
  path: string;

  /** What is to be there; without it, nothing is. */
  @IsOptional()
  @Allow()
  value?: unknown;
}

/** Body of an approval, optional. */
export class ApproveRequest extends UnderLock {
  /**
   * The numbers of the operations that are approved, from 0 over all changes in order; a state and a deletion count as one each. Without
   * it, all are; to approve none, reject the proposal.
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @IsInt({ each: true })
  operations?: number[];

  /** How conflicts are settled. */
  @IsOptional()
  @ListOf(ResolutionItem)
  resolutions?: ResolutionItem[];

  /** At most 2,000 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  comment?: string;
}

/** A panel that an approval changed. */
export class ApprovedPanel {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;
}

/** Response of an approval. */
export class ProposalApproved {
  @IsString()
  proposalId: string;

  /** The revision that the changes made together; the current one, if nothing was left to change. */
  @IsInt()
  revision: number;

  @ListOf(ApprovedPanel)
  panels: readonly ApprovedPanel[];
}

/** Body of a rejection. */
export class RejectRequest {
  /** At most 2,000 characters. */
  @IsString()
  @MinLength(1)
  @MaxLength(2000)
  reason: string;
}
