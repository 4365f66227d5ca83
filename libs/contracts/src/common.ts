import { Type } from 'class-transformer';
import {
  IsArray,
  IsInt,
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

/** Change origin: part of every body that changes a panel. */
export class ChangeOrigin extends UnderLock {
  /** `user`, `ai`, `system`, or a word of the caller; default `user`. At most 64 characters. */
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
