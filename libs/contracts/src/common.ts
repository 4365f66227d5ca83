import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** The highest version there can be. */
export const maxVersion = Number.MAX_SAFE_INTEGER;

/** Says in the schema that a text may be null. */
export const Nullable = () => JSONSchema({ type: ['string', 'null'] });

/** Who or what caused a change; part of every body that changes a panel. */
export class ChangeOrigin {
  /** `user`, `ai`, `system`, or the caller's own word; `user` where not given. At most 64 characters. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  triggeredBy?: string;

  /** What exactly caused it, e.g. the name of a tool. At most 255 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  triggerSource?: string;
}

/** Query parameters of every route below a workspace. */
export class WorkspaceParams {
  /** Whose workspace is meant, where several of this id are within the caller's reach. */
  @IsOptional()
  @IsString()
  owner?: string;
}

/** Query parameters of every list that comes in pages. */
export class PageParams extends WorkspaceParams {
  /** How many to give; what is given where it is not said stands at the route. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;
}
