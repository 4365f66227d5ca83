import { type Hash, createHash } from 'node:crypto';
import { FairTurns } from '@nexus-state/state-core';
import type { FastifyRequest } from 'fastify';

const fingerprints = new WeakMap<FastifyRequest, string>();

/** Remembers what a request asks for, where it has an `Idempotency-Key`: only then it is asked for. */
export async function noteBody(request: FastifyRequest, body: readonly Buffer[]): Promise<void> {
  if (request.headers['idempotency-key'] === undefined) return;
  const turns = new FairTurns();
  const hash = hashOfHead(request);
  hash.update(`${body.reduce((sum, piece) => sum + piece.length, 0)}\n`);
  for (const piece of body) {
    hash.update(piece);
    await turns.pause();
  }
  fingerprints.set(request, hash.digest('hex'));
}

/**
 * What a request asks for, as a SHA-256 in hex: its method, path and query, and its body with the content type. Repeated, it
 * has the same one.
 */
export function fingerprintOf(request: FastifyRequest): string {
  // No body was read.
  return fingerprints.get(request) ?? withLength(hashOfHead(request), '').digest('hex');
}

function hashOfHead({ method, url, headers }: FastifyRequest): Hash {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const hash = createHash('sha256');
  withLength(hash, `${method} ${url}`);
  return withLength(hash, type ?? '');
}

/** So that no two lists of parts are the same bytes. */
function withLength(hash: Hash, text: string): Hash {
  const part = Buffer.from(text);
  return hash.update(`${part.length}\n`).update(part);
}
