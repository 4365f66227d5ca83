import { IsArray, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ListOf, ListOfObjects, maxVersion } from './common';
import { ProposedChangeItem } from './proposals';

/** Arguments of every tool. */
export class McpWorkspaceArguments {
  /** The id of the workspace. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  workspace: string;
}

/** Arguments of every tool about one panel. */
export class McpPanelArguments extends McpWorkspaceArguments {
  /** The id of the panel. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  panel: string;
}

/** Arguments of `list_panels`. */
export class McpListPanelsArguments extends McpWorkspaceArguments {
  /** The most panels, default 100. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit?: number;

  /** The `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;
}

/** Arguments of `read_panel`. */
export class McpReadPanelArguments extends McpPanelArguments {
  /** The panel as it was at this version; default the newest. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;

  /** A JSON Pointer: `state` is then only the value there. */
  @IsOptional()
  @IsString()
  pointer?: string;
}

/** Arguments of `change_panel`. */
export class McpChangePanelArguments extends McpPanelArguments {
  /** A JSON Patch (RFC 6902), with `inc` to add to a number, such as `[{"op":"replace","path":"/color","value":"red"}]`. */
  @ListOfObjects()
  patches: object[];

  /** The version the patch was made on. Changes since then are merged with. Without it, the patch is applied to the newest version. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** The turn that the change belongs to: see `begin_turn`. */
  @IsOptional()
  @IsString()
  turnId?: string;

  /** Why the value is to be changed, for people who ask later. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  reason?: string;
}

/** Arguments of `begin_turn`. */
export class McpBeginTurnArguments extends McpWorkspaceArguments {
  /** Who works: a name for people. Default `agent`. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  agent?: string;

  /** What for. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string;

  /** The panels that the turn may change: ids, in which `*` stands for any characters; without it, all. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  panels?: string[];

  /**
   * What becomes of a change that collides with another: `merge` (the default) refuses it, `human-wins` leaves what is there and drops
   * what collides, `propose` makes a proposal of what collides.
   */
  @IsOptional()
  @IsIn(['merge', 'human-wins', 'propose'])
  policy?: 'merge' | 'human-wins' | 'propose';

  /** The time to end it, in seconds; default 600. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(86_400)
  ttlSeconds?: number;
}

/** Arguments of `end_turn`. */
export class McpEndTurnArguments extends McpWorkspaceArguments {
  /** The turn, as `begin_turn` named it. */
  @IsString()
  turnId: string;

  /** `commit` keeps its changes; `abort` takes exactly its changes back. */
  @IsIn(['commit', 'abort'])
  outcome: 'commit' | 'abort';
}

/** Arguments of `propose_change`. */
export class McpProposeArguments extends McpWorkspaceArguments {
  /** What is proposed, in a few words. */
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  title: string;

  /** Why, in words. */
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  reason?: string;

  /** The changes, each of one panel. */
  @ListOf(ProposedChangeItem)
  changes: ProposedChangeItem[];

  /** The turn that it belongs to. */
  @IsOptional()
  @IsString()
  turnId?: string;
}

/** Arguments of `search`. */
export class McpSearchArguments extends McpWorkspaceArguments {
  /** What to look for, in words. */
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  query: string;

  /** The most results, default 10. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

/** Arguments of `get_context`. */
export class McpContextArguments extends McpWorkspaceArguments {
  /** The most tokens that the text may have, default 4,000. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(200_000)
  budgetTokens?: number;

  /** What the text is for: what has to do with it comes first. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(2_000)
  query?: string;

  /** A revision of the workspace: the text is what has changed since. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  sinceRevision?: number;

  /** Only panels whose ids match one of these patterns, in which `*` stands for any characters. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  panels?: string[];

  /** How the text is written; default `markdown`. */
  @IsOptional()
  @IsIn(['markdown', 'json', 'xml'])
  format?: 'markdown' | 'json' | 'xml';
}

/** Arguments of `get_history`. */
export class McpHistoryArguments extends McpPanelArguments {
  /** The most changes, default 20. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;
}

/** Arguments of `take_snapshot`. */
export class McpSnapshotArguments extends McpWorkspaceArguments {
  /** What the snapshot is of, or for. */
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  description?: string;
}
