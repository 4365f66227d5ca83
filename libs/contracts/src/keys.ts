import {
  Allow,
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { ListOf, Nullable, UnderLock, maxVersion } from './common';

/** How bytes travel in JSON. */
export const valueEncodings = ['base64'];

/** The longest time to live, in seconds: 100 years. */
const maxTtlSeconds = 3_155_760_000;

/** Query parameters of a request for one key. */
export class KeyParams {
  /** The key, where it does not begin with a slash and the path ends at `/api/kv/`. */
  @IsOptional()
  @IsString()
  key?: string;
}

/** Query parameters of a merge into a key. */
export class MergeKeyParams extends KeyParams {
  /** The version this is based on. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** Seconds until the key is deleted; its time to live goes on where this is not given. Down to a thousandth. */
  @IsOptional()
  @IsNumber()
  @Min(0.001)
  @Max(maxTtlSeconds)
  ttlSeconds?: number;
}

/** Body of PUT: a value for a key. */
export class PutKeyRequest extends UnderLock {
  /** Any JSON, or bytes as Base64 with `encoding`; at most 1 MiB. */
  @Allow()
  value: unknown;

  /** `base64` where the value is bytes. */
  @IsOptional()
  @IsIn(valueEncodings)
  encoding?: 'base64';

  /** The version this is based on; 0 for a key that holds nothing. Where it is missing, any version is replaced. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version?: number;

  /** Seconds until the key is deleted; it stays where this is not given. Down to a thousandth. */
  @IsOptional()
  @IsNumber()
  @Min(0.001)
  @Max(maxTtlSeconds)
  ttlSeconds?: number;

  /**
   * Encrypts the value, and keeps it from lists and watches. Where it is not said, a sensitive value stays one; `false` uncovers it
   * with the new value.
   */
  @IsOptional()
  @IsBoolean()
  sensitive?: boolean;
}

/** Body of DELETE. All of it may be left out. */
export class DeleteKeyRequest extends UnderLock {
  /** The version that the caller saw last; where it is not the current one, nothing happens. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(maxVersion)
  version?: number;
}

/** What came of a write. */
export class KeyWritten {
  @IsString()
  key: string;

  /** The version of the key; of a deletion, that of the deletion. */
  @IsInt()
  version: number;

  /** The revision of the owner's keys that the write is. */
  @IsInt()
  revision: number;
}

/** What is known of a key beside its value. */
class KeyFacts {
  @IsString()
  key: string;

  /** `base64` where the value is bytes. */
  @IsOptional()
  @IsIn(valueEncodings)
  encoding?: 'base64';

  /** Counts the changes of the key from 1, and goes on after a deletion. */
  @IsInt()
  version: number;

  /** The revision of its last change. */
  @IsInt()
  revision: number;

  /** When it was created; after a deletion, when it was created anew. */
  @IsISO8601()
  createdAt: string;

  @IsISO8601()
  updatedAt: string;

  /** When it will be deleted, where it has a time to live. */
  @IsOptional()
  @IsISO8601()
  expiresAt?: string;

  /** The value is encrypted; lists and watches do not have it. Missing where it is not. */
  @IsOptional()
  @IsBoolean()
  sensitive?: boolean;
}

/** A key of a list. */
export class KeyListItem extends KeyFacts {
  /** Only where `values` was asked for, and never a sensitive one. */
  @Allow()
  @IsOptional()
  value?: unknown;
}

/** A key with its value. */
export class KeyEntry extends KeyFacts {
  /** Any JSON, or bytes as Base64. */
  @Allow()
  value: unknown;
}

/** Query parameters of a list of keys. */
export class ListKeysParams {
  /** What the keys begin with; all keys where it is not given. */
  @IsOptional()
  @IsString()
  prefix?: string;

  /** How many to give at most; 100 where not given. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  /** The `nextCursor` of the page before. */
  @IsOptional()
  @IsString()
  cursor?: string;

  /** Whether values are given, too; a page ends at about 8 MiB of them. */
  @IsOptional()
  @IsBoolean()
  values?: boolean;
}

/** A page of keys, in the order of their UTF-8 bytes. */
export class KeyListPage {
  @ListOf(KeyListItem)
  keys: readonly KeyListItem[];

  /** Where the next page starts; null on the last one. */
  @IsString()
  @Nullable()
  nextCursor: string | null;

  /** The revision at which the page was read: watch `since` it to hear what changes. */
  @IsInt()
  revision: number;
}

/** Body of a transaction of keys: all of it happens as one change, or nothing. */
export class KeyTransactionRequest extends UnderLock {
  /**
   * 1–128 operations, each `{check: {key, version}}`, `{set: {key, value, encoding?, ttlSeconds?, sensitive?}}` or `{delete: {key}}`. Checks look
   * at the keys as they are before it; a key is written by one operation at most.
   */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(128)
  @JSONSchema({ items: { type: 'object' } })
  transaction: object[];
}

/** A condition of a transaction. */
export class KeyCheck {
  @IsString()
  key: string;

  /** The version that the key has to have; 0 where it must hold nothing. */
  @IsInt()
  @Min(0)
  @Max(maxVersion)
  version: number;
}

/** A value that a transaction sets. */
export class KeySet {
  @IsString()
  key: string;

  /** Any JSON, or bytes as Base64 with `encoding`; at most 1 MiB. */
  @Allow()
  value: unknown;

  /** `base64` where the value is bytes. */
  @IsOptional()
  @IsIn(valueEncodings)
  encoding?: 'base64';

  /** Seconds until the key is deleted; it stays where this is not given. Down to a thousandth. */
  @IsOptional()
  @IsNumber()
  @Min(0.001)
  @Max(maxTtlSeconds)
  ttlSeconds?: number;

  /**
   * Encrypts the value, and keeps it from lists and watches. Where it is not said, a sensitive value stays one; `false` uncovers it
   * with the new value.
   */
  @IsOptional()
  @IsBoolean()
  sensitive?: boolean;
}

/** A key that a transaction deletes. */
export class KeyDelete {
  @IsString()
  key: string;
}

/** A key and its version after a transaction. */
export class KeyVersion {
  @IsString()
  key: string;

  /** For a deletion that found nothing, 0. */
  @IsInt()
  version: number;
}

/** What came of a transaction of keys. */
export class KeyTransactionDone {
  /** The revision of all of its changes; the current one where it changed nothing. */
  @IsInt()
  revision: number;

  /** One for each operation, in their order. */
  @ListOf(KeyVersion)
  results: readonly KeyVersion[];
}

/** Query parameters of a watch. */
export class WatchParams {
  /** A key, `<path>/*` for all keys below a path at any depth, or `*` for all keys. */
  @IsString()
  pattern: string;

  /** A revision, whose own changes are left out, or the id of an event. `Last-Event-ID` wins over it. */
  @IsOptional()
  @IsString()
  since?: string;
}
