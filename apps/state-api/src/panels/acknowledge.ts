import type { PanelReplaced } from '@nexus-state/contracts';
import type { Written } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { entityTag } from './expectation-of';
import { sayRevision } from './say-revision';
import { yieldedOf } from './yielded-of';

/** What is said of an accepted change: in the body, and in `ETag` and `Nexus-Revision`. */
export function acknowledge(written: Written, reply: FastifyReply): PanelReplaced {
  const { version, revision, occurredAt: updatedAt } = written.change;
  void reply.header('etag', entityTag(version));
  sayRevision(reply, revision);
  return { success: true, version, revision, updatedAt, ...yieldedOf(written) };
}
