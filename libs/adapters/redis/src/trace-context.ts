import { ROOT_CONTEXT, context, propagation, trace } from '@opentelemetry/api';

/** The trace that is followed at the moment, as W3C Trace Context writes it; undefined where none is. */
export function activeTraceparent(): string | undefined {
  if (!trace.getActiveSpan()) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Does some work in the trace that a message came with; in none, where it came with none or nothing is traced here. */
export function inTraceOf(traceparent: string | undefined, work: () => void): void {
  const carried =
    traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });
  context.with(carried, work);
}
