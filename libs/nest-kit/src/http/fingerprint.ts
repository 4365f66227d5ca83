import { type Hash, createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

const bodies = new WeakMap<FastifyRequest, Buffer>();

/** Remembers the bytes of a body, where the request has an `Idempotency-Key`: only then they are asked for again. */
export function noteBody(request: FastifyRequest, body: Buffer): void {
  if (request.headers['idempotency-key'] !== undefined) bodies.set(request, body);
}

/**
 * What a request asks for, as a SHA-256 in hex: its method, path and query, and its body with the content type. Repeated, it
 * has the same one.
 */
export function fingerprintOf(request: FastifyRequest): string {
  const { method, url, headers } = request;
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const hash = createHash('sha256');
  withLength(hash, Buffer.from(`${method} ${url}`));
  withLength(hash, Buffer.from(type ?? ''));
  withLength(hash, bodies.get(request) ?? Buffer.alloc(0));
  return hash.digest('hex');
}

/** So that no two lists of parts are the same bytes. */
function withLength(hash: Hash, part: Buffer): void {
  hash.update(`${part.length}\n`).update(part);
}
