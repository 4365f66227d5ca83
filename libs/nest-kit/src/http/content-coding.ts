import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnsupportedContentCoding } from '../problems/http-refusals';
import type { BodyRules } from './body-parsers';

/**
 * Refuses bodies in content codings (RFC 9110, section 8.4) that their route does not decode: read as they are, they would
 * be refused as malformed. Routes name those that they decode themselves in `BodyRules.codings`.
 */
export function refuseContentCodings(fastify: FastifyInstance): void {
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const decoded = (request.routeOptions.config as BodyRules).codings ?? [];
    const codings = codingsOf(request);
    const isRead = codings.length === 0 || (codings.length === 1 && decoded.includes(codings[0] as string));
    if (isRead) done(null, payload);
    else done(new UnsupportedContentCoding([...decoded, 'identity']));
  });
}

/** The codings of the body in lower case, without `identity`; empty where there is no body. */
function codingsOf({ headers }: FastifyRequest): readonly string[] {
  const { 'content-encoding': codings, 'content-length': length, 'transfer-encoding': transfer } = headers;
  const hasBody = transfer !== undefined || (length !== undefined && Number(length) > 0);
  if (codings === undefined || !hasBody) return [];
  return codings
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
}
