import { Get, Put, applyDecorators } from '@nestjs/common';
import { KeyEntry, KeyParams, KeyWritten, PutKeyRequest } from '@nexus-state/contracts';
import { Endpoint } from '@nexus-state/nest-kit';
import { NeedsKey } from '../access/key-in-path';

/** How a path names a key. */
interface KeySpelling {
  /** What is added to the summary of a route. */
  readonly note: string;
  readonly root: '' | '/';
  readonly query?: typeof KeyParams;
}

/** `/api/kv/a/b` is the key `/a/b`; other keys are the query parameter `key`. */
export const longSpelling: KeySpelling = { note: '', root: '/', query: KeyParams };

/** What follows `/state/` is the key, percent-encoded. */
export const shortSpelling: KeySpelling = { note: ' (short spelling)', root: '' };

/** The header fields of every write of a key, and the problems that every one may have. */
export const writeHeaders = ['If-Match', 'If-None-Match', 'Idempotency-Key', 'Nexus-Lock'] as const;
export const writeProblems = ['version_conflict', 'precondition_failed', 'lock_lost'] as const;

/** A route that reads a key. */
export function ReadsKey({ note, root, query }: KeySpelling): MethodDecorator {
  return applyDecorators(
    NeedsKey(root, query),
    Endpoint({
      summary: `Read the value of a key${note}`,
      scope: 'state:read',
      ...(query && { query }),
      headers: ['If-None-Match'],
      responses: {
        200: {
          description: 'The key; `ETag` is its version.',
          shape: KeyEntry,
          headers: ['ETag', 'Cache-Control'],
        },
        304: { description: 'The caller has this version.', headers: ['ETag', 'Cache-Control'] },
      },
      problems: ['secret_unreadable'],
    }),
    Get('*'),
  );
}

/** A route that creates a key or replaces its value. */
export function PutsKey({ note, root, query }: KeySpelling): MethodDecorator {
  return applyDecorators(
    NeedsKey(root, query),
    Endpoint({
      summary: `Create or replace the value of a key${note}`,
      scope: 'state:write',
      body: { 'application/json': PutKeyRequest },
      ...(query && { query }),
      headers: writeHeaders,
      responses: { 200: { description: 'The value was written.', shape: KeyWritten, headers: ['ETag'] } },
      problems: [...writeProblems, 'value_too_large', 'encryption_not_configured'],
    }),
    Put('*'),
  );
}
