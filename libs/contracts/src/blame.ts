import { IsInt, IsISO8601, IsOptional, IsString, Max, Min } from 'class-validator';
import { Attribution, ListOf, WorkspaceParams, maxVersion } from './common';

/** Query parameters of a panel's blame. */
export class BlameParams extends WorkspaceParams {
  /** The version whose values are meant; without it, the newest. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;

  /** A JSON Pointer (RFC 6901) to the values that are asked for; without it, all. */
  @IsOptional()
  @IsString()
  path?: string;
}

/** A value, and the change that last set it. */
export class BlamedValue extends Attribution {
  /** JSON Pointer to a scalar, or to an array or object without anything inside. */
  @IsString()
  pointer: string;

  /** The version that the change made. */
  @IsInt()
  version: number;

  /** Who made the change: the `sub` of their token. */
  @IsString()
  actor: string;

  @IsString()
  triggeredBy: string;

  @IsISO8601()
  occurredAt: string;
}

/** The values of a panel at a version, and the change that last set each. */
export class PanelBlame {
  @IsString()
  panelId: string;

  @IsInt()
  version: number;

  /** At most 10,000. */
  @ListOf(BlamedValue)
  values: BlamedValue[];
}
