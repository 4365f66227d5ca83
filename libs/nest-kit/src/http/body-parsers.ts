import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MalformedJson, UnsupportedMediaType } from '../problems/http-refusals';
import { noteBody } from './fingerprint';

/** The content types that carry JSON bodies. */
export const jsonContentTypes = [
  'application/json',
  'application/json-patch+json',
  'application/merge-patch+json',
];

/** What a route says of its bodies, as its configuration in Fastify. */
export interface BodyRules {
  readonly consumes?: readonly string[];
  /** The content codings that the route decodes, in lower case. */
  readonly codings?: readonly string[];
}

/** The content types that the route of a request takes. */
export function consumedBy(request: FastifyRequest): readonly string[] {
  return (request.routeOptions.config as BodyRules).consumes ?? ['application/json'];
}

/**
 * Reads JSON bodies. Not Fastify's own reader: that one refuses or drops `__proto__`, which is data here like any
 * other key, and replaces bytes that are not UTF-8.
 */
export function addJsonBodyParsers(fastify: FastifyInstance): void {
  // Nobody here takes plain text: it is refused as what it is, not as JSON of the wrong shape.
  fastify.removeContentTypeParser('text/plain');
  for (const type of jsonContentTypes) {
    if (fastify.hasContentTypeParser(type)) fastify.removeContentTypeParser(type);
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      try {
        const consumed = consumedBy(request);
        if (!consumed.includes(type)) throw new UnsupportedMediaType(consumed);
        noteBody(request, body as Buffer);
        done(null, parseJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    });
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw new MalformedJson('it is not UTF-8.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedJson(withoutExcerpt((error as Error).message));
  }
}

// The engine quotes the text around the mistake, which may hold state values.
function withoutExcerpt(message: string): string {
  const position = /position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0];
  return position ? `unexpected text at ${position}.` : 'it ends too early or holds unexpected text.';
}
