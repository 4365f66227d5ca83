import type { KeyEntry } from '@nexus-state/contracts';
import { type ConditionalHeaders, respondCanonically } from '@nexus-state/nest-kit';
import type { Entry } from '@nexus-state/store';
import { withWireValue } from '@nexus-state/store/http';
import type { FastifyReply } from 'fastify';
import { entityTag, isKnown } from '../panels/expectation-of';

/**
 * Answers with a key; with 304 where the caller has this version. Caches ask again each time, and keep no sensitive value: those of
 * browsers lie on disks.
 */
export function respondWithEntry(entry: Entry, headers: ConditionalHeaders, reply: FastifyReply): void {
  void reply.header('etag', entityTag(entry.version));
  void reply.header('cache-control', entry.sensitive ? 'no-store' : 'no-cache');
  if (isKnown(headers['if-none-match'], entry.version)) return void reply.status(304).send();
  respondCanonically(reply);
  void reply.send(withWireValue(entry) satisfies Omit<KeyEntry, 'value'>);
}
