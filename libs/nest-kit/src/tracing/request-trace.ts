import { type Context, createContextKey, isValidTraceId, trace } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';

const contexts = new WeakMap<FastifyRequest, Context>();

/** What a log line says of its request. */
export interface RequestFacts {
  readonly requestId: string;
  /** Of the span of the request; where nothing is traced here, of its `traceparent`. */
  readonly traceId?: string;
}

/** The request's fields for its log lines, wherever they are written. */
export function requestFacts(request: FastifyRequest): RequestFacts {
  const context = contexts.get(request);
  const traceId = context
    ? trace.getSpanContext(context)?.traceId
    : traceIdOf(request.headers['traceparent']);
  return { requestId: request.id, ...(traceId === undefined ? {} : { traceId }) };
}

const requestIdKey = createContextKey('nexus request id');

/** The context that a request is served in. */
export function contextOf(request: FastifyRequest): Context | undefined {
  return contexts.get(request);
}

/** Lets a request be served in a trace context; log lines written in it carry the request's id. */
export function setContextOf(request: FastifyRequest, context: Context): void {
  contexts.set(request, withRequestId(context, request.id));
}

/** A context in which a request is served. */
export function withRequestId(context: Context, requestId: string): Context {
  return context.setValue(requestIdKey, requestId);
}

/** The id of the request that is served in a context, or undefined. */
export function requestIdIn(context: Context): string | undefined {
  return context.getValue(requestIdKey) as string | undefined;
}

// https://www.w3.org/TR/trace-context/#traceparent-header; later versions may append fields.
const traceparentPattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

function traceIdOf(traceparent: unknown): string | undefined {
  const traceId = typeof traceparent === 'string' ? traceparentPattern.exec(traceparent)?.[1] : undefined;
  return traceId !== undefined && isValidTraceId(traceId) ? traceId : undefined;
}
