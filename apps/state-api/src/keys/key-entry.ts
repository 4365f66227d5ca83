import type { KeyEntry } from '@nexus-state/contracts';
import { type ConditionalHeaders, respondCanonically } from '@nexus-state/nest-kit';
import type { Entry } from '@nexus-state/store';
import { withWireValue } from '@nexus-state/store/http';
import type { FastifyReply } from 'fastify';
import { entityTag, isKnown } from '../panels/expectation-of';

/** Answers with a key; with 304 where the caller has this version. A sensitive value is not for the caches of browsers, which lie on disks. */
export function respondWithEntry(entry: Entry, headers: ConditionalHeaders, reply: FastifyReply): void {
  void reply.header('etag', entityTag(entry.version));
  if (entry.sensitive) void reply.header('cache-control', 'no-store');
  if (isKnown(headers['if-none-match'], entry.version)) return void reply.status(304).send();
  respondCanonically(reply);
  void reply.send(withWireValue(entry) satisfies Omit<KeyEntry, 'value'>);
}
