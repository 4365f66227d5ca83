import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
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
