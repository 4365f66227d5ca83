import { context, trace } from '@opentelemetry/api';
import { requestIdIn } from './request-trace';

/** The trace and request ids for a log line that is written within them; empty outside of a trace. */
export function activeTrace(): object {
  const active = context.active();
  const span = trace.getSpanContext(active);
  if (!span) return {};
  const requestId = requestIdIn(active);
  return { ...(requestId === undefined ? {} : { requestId }), traceId: span.traceId, spanId: span.spanId };
}
