import { type JsonValue, canonicalJson } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';

/**
 * Has an answer written in canonical form (RFC 8785): for what holds states or patches, whose members else come in
 * the order that the database keeps them in.
 */
export function respondCanonically(reply: FastifyReply): void {
  void reply
    .type('application/json; charset=utf-8')
    .serializer((answer: unknown) => canonicalJson(answer as JsonValue));
}
