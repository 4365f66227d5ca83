import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Logger } from '@nestjs/common';
import { BodyTooLarge, UnsupportedMediaType, consumedBy, requestFacts } from '@nexus-state/nest-kit';
import { ValidationFailed } from '@nexus-state/documents';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** The content type of what git clients send. */
export const uploadPackRequest = 'application/x-git-upload-pack-request';

/** More than any client has to say about what it has and wants. */
const limitBytes = 16 * 1024 * 1024;

const logger = new Logger('git');

/** Hands requests of git clients on as they come in, instead of reading them whole. */
export function addGitBodyParser(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(uploadPackRequest, (request, payload, done) => {
    const consumed = consumedBy(request);
    if (consumed.includes(uploadPackRequest)) done(null, payload);
    else done(new UnsupportedMediaType(consumed));
  });
}

/**
 * What a git client sent, unpacked where it is gzipped.
 * @param body the body as it comes in
 * @throws UnsupportedMediaType when there is none; BodyTooLarge, ValidationFailed while it is read
 */
export async function* requestBody(
  body: Readable | undefined,
  encoding: string | undefined,
): AsyncGenerator<Buffer> {
  if (!(body instanceof Readable)) throw new UnsupportedMediaType([uploadPackRequest]);
  const gzipped = encoding === 'gzip' || encoding === 'x-gzip';
  let bytes = 0;
  for await (const chunk of gzipped ? unpacked(body) : body) {
    bytes += (chunk as Buffer).length;
    if (bytes > limitBytes) throw new BodyTooLarge();
    yield chunk as Buffer;
  }
}

async function* unpacked(body: Readable): AsyncGenerator<Buffer> {
  const plain = createGunzip();
  body.once('error', (error) => plain.destroy(error));
  try {
    for await (const chunk of body.pipe(plain)) yield chunk as Buffer;
  } catch (error) {
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
    throw new ValidationFailed([
      { pointer: '', message: 'is not gzipped, although its Content-Encoding is gzip' },
    ]);
  }
}

/**
 * Sends chunks as the client takes them. What fails before the first one is an ordinary problem; what fails after it
 * breaks the answer off.
 */
export async function sendChunks(reply: FastifyReply, chunks: AsyncGenerator<Uint8Array>): Promise<void> {
  // A client that goes away leaves no process behind.
  reply.raw.once('close', () => void chunks.return(undefined).catch(() => undefined));
  const first = await chunks.next();
  void reply.send(Readable.from(following(reply, first, chunks), { objectMode: false }));
}

async function* following(
  reply: FastifyReply,
  first: IteratorResult<Uint8Array, unknown>,
  chunks: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (!first.done) yield first.value;
    yield* chunks;
  } catch (error) {
    if (!reply.raw.closed) logger.error({ ...requestFacts(reply.request), err: error }, 'git fetch aborted');
    throw error;
  }
}
