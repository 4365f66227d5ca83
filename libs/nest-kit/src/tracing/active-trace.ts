import { context, trace } from '@opentelemetry/api';
import { requestIdIn } from './request-trace';

/** What every line of the log tells of the trace, and the request, that it is written in; nothing outside of one. */
export function activeTrace(): object {
  const active = context.active();
  const span = trace.getSpanContext(active);
  if (!span) return {};
  const requestId = requestIdIn(active);
  return { ...(requestId === undefined ? {} : { requestId }), traceId: span.traceId, spanId: span.spanId };
}
