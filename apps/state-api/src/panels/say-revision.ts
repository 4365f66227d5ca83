import type { FastifyReply } from 'fastify';

/** Names the revision that a write made in the head of its answer. */
export function sayRevision(reply: FastifyReply, revision: number): void {
  void reply.header('nexus-revision', String(revision));
}
