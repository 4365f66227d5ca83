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

/** Says in the schema that a text may be null. */
export const Nullable = () => JSONSchema({ type: ['string', 'null'] });

/** Says in the schema that something is a list, and of what. */
export function ListOf(shape: new () => object): PropertyDecorator {
  return (target, name) => {
    IsArray()(target, name);
    ValidateNested({ each: true })(target, name);
    Type(() => shape)(target, name as string);
  };
}

/** Says in the schema that something is an object of a shape. */
export function ObjectOf(shape: new () => object): PropertyDecorator {
  return (target, name) => {
    ValidateNested()(target, name);
    Type(() => shape)(target, name as string);
  };
}

/** Says in the schema of an answer that something is an object whose members are all of one shape. */
export function MapOf(shape: new () => object): PropertyDecorator {
  return (target, name) => {
    IsObject()(target, name);
    const additionalProperties = { $ref: `#/$defs/${shape.name}` };
    JSONSchema({ additionalProperties })(target, name as string);
  };
}

/** Says in the schema that something is a list of JSON objects of any shape, such as a JSON Patch. */
export function ListOfObjects(): PropertyDecorator {
  return (target, name) => {
    IsArray()(target, name);
    JSONSchema({ items: { type: 'object' } })(target, name as string);
  };
}

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
  /** Whose workspace is meant, where several of this id are within the caller's reach; 1–255 bytes of UTF-8. */
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
