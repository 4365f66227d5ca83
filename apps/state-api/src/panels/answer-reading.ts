import type { ConditionalHeaders } from '@nexus-state/nest-kit';
import type { KeptReading } from '@nexus-state/state-core';
import type { FastifyReply } from 'fastify';
import { acceptable, variesBy } from './content-coding';
import { bodyTag, isKnown } from './expectation-of';

/** The headers that a read of a panel depends on. */
export type ReadHeaders = ConditionalHeaders & { readonly 'accept-encoding'?: string };

/** Answers with what was read, in a form that the client accepts, or with 304 where it has that version. */
export async function answerReading(
  reading: KeptReading,
  headers: ReadHeaders,
  reply: FastifyReply,
): Promise<void> {
  const accepted = await acceptable(reading, headers);
  const { version, document } = accepted;
  describeReading(accepted, reply);
  if (isKnown(headers['if-none-match'], version)) return void reply.status(304).send();
  void reply.type('application/json; charset=utf-8');
  if (typeof document === 'string') return void reply.send(document);
  void reply.header('content-encoding', document.coding).send(document.bytes);
}

/** Sets the headers that say what was read, and where it came from. */
export function describeReading({ version, document, cache }: KeptReading, reply: FastifyReply): void {
  void reply.header('etag', bodyTag(version, document)).header('x-cache', cache);
  const vary = [reply.getHeader('vary') ?? [], variesBy].flat();
  void reply.header('vary', vary.join(', '));
}
