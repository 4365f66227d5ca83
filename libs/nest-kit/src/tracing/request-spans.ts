import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { contextOf, setContextOf } from './request-trace';

const tracer = trace.getTracer('nexus-state/http');

/** What orchestrators and monitoring ask all the time. */
const untraced = /^\/(health|metrics)(\/|$)/;

/**
 * Makes a span of every request, but for those about health and metrics: in the trace that its `traceparent` names (W3C Trace
 * Context), or in a new one. The request is served in it. Names and attributes are those of
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server; besides, the ids of request, workspace and panel.
 */
export function addRequestSpans(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (untraced.test(route ?? '')) return done();
    const span = startSpan(request, route);
    reply.raw.once('close', () => end(span, reply.raw));
    done();
  });
  // Only now: what is called back once the body is there would not be in a context that was entered before it.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const served = contextOf(request);
    if (served) context.with(served, done);
    else done();
  });
}

function startSpan(request: FastifyRequest, route: string | undefined): Span {
  const { traceparent, tracestate } = request.headers;
  // Nothing else that a caller sends, such as baggage, is carried on.
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
  const name = route === undefined ? request.method : `${request.method} ${route}`;
  const span = tracer.startSpan(
    name,
    { kind: SpanKind.SERVER, attributes: attributesOf(request, route) },
    parent,
  );
  setContextOf(request, trace.setSpan(parent, span));
  return span;
}

function attributesOf(request: FastifyRequest, route: string | undefined): Attributes {
  const { workspaceId, panelId } = (request.params ?? {}) as { workspaceId?: string; panelId?: string };
  return {
    [ATTR_HTTP_REQUEST_METHOD]: request.method,
    [ATTR_URL_SCHEME]: request.protocol,
    [ATTR_URL_PATH]: request.url.split('?', 1)[0],
    ...(route === undefined ? {} : { [ATTR_HTTP_ROUTE]: route }),
    'nexus.request.id': request.id,
    'nexus.workspace.id': workspaceId,
    'nexus.panel.id': panelId,
  };
}

function end(span: Span, answer: { readonly headersSent: boolean; readonly statusCode: number }): void {
  if (answer.headersSent) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, answer.statusCode);
  // The caller went away before there was an answer.
  else span.setAttribute(ATTR_ERROR_TYPE, 'aborted');
  if (answer.headersSent && answer.statusCode >= 500) {
    span.setAttribute(ATTR_ERROR_TYPE, String(answer.statusCode));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
