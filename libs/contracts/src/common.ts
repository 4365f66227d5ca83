import { Type } from 'class-transformer';
import {
  IsArray,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';

/** The highest version there can be. */
export const maxVersion = Number.MAX_SAFE_INTEGER;

/** Declares in the schema that a string may be null. */
export const Nullable = () => JSONSchema({ type: ['string', 'null'] });

/** Declares a list in the schema, and the type of its items. */
export function ListOf(shape: new () => object): PropertyDecorator {
  return (target, name) => {
    IsArray()(target, name);
    ValidateNested({ each: true })(target, name);
    Type(() => shape)(target, name as string);
  };
}

/** Declares an object of a shape in the schema. */
export function ObjectOf(shape: new () => object): PropertyDecorator {
  return (target, name) => {
    ValidateNested()(target, name);
    Type(() => shape)(target, name as string);
  };
}

/** Declares in the schema of a response an object whose members all have one shape. */
export function MapOf(shape: new () => object): PropertyDecorator {
  return (target, name) => {
    IsObject()(target, name);
    const additionalProperties = { $ref: `#/$defs/${shape.name}` };
    JSONSchema({ additionalProperties })(target, name as string);
  };
}

/** Declares in the schema a list of JSON objects of any shape, such as a JSON Patch. */
export function ListOfObjects(): PropertyDecorator {
  return (target, name) => {
    IsArray()(target, name);
    JSONSchema({ items: { type: 'object' } })(target, name as string);
  };
}

/** A lock of the caller's that a change is made under. */
export class LockReference {
  /** The lock. */
  @IsString()
  name: string;

  /** The `fencingToken` that it was given out under. */
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  fencingToken: number;
}

/** Part of every body that changes panels. */
export class UnderLock {
  /**
   * A lock of the caller's: where a newer fencing token of it was given out, nothing happens. The header `Nexus-Lock` says the
   * same for bodies that have no room for it.
   */
  @IsOptional()
  @ObjectOf(LockReference)
  lock?: LockReference;
}

/** A call of a tool that led to a change. */
export class ToolCall {
  @IsString()
  name: string;

  @IsString()
  id: string;
}

/** Why a change was made. At most 4 KiB as JSON. */
export class Provenance {
  /** The reason, in words. */
  @IsOptional()
  @IsString()
  reason?: string;

  /** How sure its author is, from 0 to 1. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  confidence?: number;

  /** The model that came up with it. */
  @IsOptional()
  @IsString()
  model?: string;

  /** The calls of tools that led to it. */
  @IsOptional()
  @ListOf(ToolCall)
  toolCalls?: ToolCall[];

  /** The user whom its author acts for. */
  @IsOptional()
  @IsString()
  onBehalfOf?: string;

  /** URLs of what it rests on. */
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  links?: string[];
}

/** Part of every body that changes panels: what the change belongs to, and why it is made. */
export class Attributed extends UnderLock {
  /** The turn that the change belongs to. The header `Nexus-Turn` says the same for bodies that have no room for it. */
  @IsOptional()
  @IsString()
  turnId?: string;

  /** Why the change is made; kept with it. */
  @IsOptional()
  @ObjectOf(Provenance)
  provenance?: Provenance;
}

/** Part of every change in an answer: what it belongs to, and why it was made. */
export class Attribution {
  /** The turn that the change belongs to. */
  @IsOptional()
  @IsString()
  turnId?: string;

  /** The proposal that the change was. */
  @IsOptional()
  @IsString()
  proposalId?: string;

  /** Who approved the proposal: the `sub` of their token. */
  @IsOptional()
  @IsString()
  approvedBy?: string;

  /** Why the change was made, as its author said. */
  @IsOptional()
  @ObjectOf(Provenance)
  provenance?: Provenance;
}

/** Change origin: part of every body that changes a panel. */
export class ChangeOrigin extends Attributed {
  /** `user`, `ai`, `system`, or a word of the caller; default `user`, in a turn `ai`. At most 64 characters. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  triggeredBy?: string;

  /** The exact cause, e.g. the name of a tool. At most 255 characters. */
  @IsOptional()
  @IsString()
  @MaxLength(255)
  triggerSource?: string;
}

/** Query parameters of every route below a workspace. */
export class WorkspaceParams {
  /** The owner of the workspace, required if the caller can access several workspaces with this id; 1–255 bytes of UTF-8. */
  @IsOptional()
  @IsString()
  owner?: string;
}

/** Query parameters of every list that comes in pages. */
export class PageParams extends WorkspaceParams {
  /** Page size. The route documents its default. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the previous page. */
  @IsOptional()
  @IsString()
  cursor?: string;
}
