import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MalformedJson, UnsupportedMediaType } from '../problems/http-refusals';
import { noteBody } from './fingerprint';
import { type JsonBodyRules, readJsonBody } from './read-json-body';
import { receivedBody } from './received-body';

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
  /** Whether it may hold a state, or a part of one. */
  readonly holdsState?: boolean;
  /** Whether there may be none. */
  readonly bodyOptional?: boolean;
}

/** The content types that the route of a request takes. */
export function consumedBy(request: FastifyRequest): readonly string[] {
  return rulesOf(request).consumes ?? ['application/json'];
}

function rulesOf({ routeOptions }: FastifyRequest): BodyRules {
  return routeOptions.config as BodyRules;
}

/**
 * Reads JSON bodies. Not Fastify's own reader: that one refuses or drops `__proto__`, which is data here like any
 * other key, and replaces bytes that are not UTF-8.
 */
export function addJsonBodyParsers(
  fastify: FastifyInstance,
  limits: Omit<JsonBodyRules, 'holdsState'> = {},
): void {
  // No route takes plain text: it is refused for its media type, not as JSON of the wrong shape.
  fastify.removeContentTypeParser('text/plain');
  const [rules, rulesOfStates] = [false, true].map((holdsState) => ({ ...limits, holdsState }));
  for (const type of jsonContentTypes) {
    if (fastify.hasContentTypeParser(type)) fastify.removeContentTypeParser(type);
    fastify.addContentTypeParser(type, async (request: FastifyRequest, payload: IncomingMessage) => {
      const body = await receivedBody(request, payload);
      const { consumes, bodyOptional, holdsState = false } = rulesOf(request);
      if (!consumedBy(request).includes(type)) throw new UnsupportedMediaType(consumedBy(request));
      await noteBody(request, body);
      if (body.length > 0) return readJsonBody(body, holdsState ? rulesOfStates : rules);
      // Clients send the type with every request, also with those that need no body.
      if (consumes && !bodyOptional) throw new MalformedJson('it is empty.');
      return undefined;
    });
  }
}
