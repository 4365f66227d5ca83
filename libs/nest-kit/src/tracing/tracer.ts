import { type Context, type Span, SpanKind, context, trace } from '@opentelemetry/api';
import type { TraceContext, Tracer } from '@nexus-state/state-core';

const spans = trace.getTracer('nexus-state/core');

/** At most so many links of a span; the rest of a batch is only counted. */
const maxLinks = 128;

/** The context of a trace, as the core knows it. */
class CapturedContext implements TraceContext {
  constructor(readonly captured: Context) {}

  run<T>(work: () => T): T {
    return context.with(this.captured, work);
  }

  get span(): Span | undefined {
    return trace.getSpan(this.captured);
  }
}

/**
 * Traces of OpenTelemetry. Work that serves several requests at once is a span `commit` in the trace of the first of them; it
 * is linked with the others in both directions.
 */
export class OpenTelemetryTracer implements Tracer {
  capture(): TraceContext {
    return new CapturedContext(context.active());
  }

  async together<T>(all: readonly TraceContext[], work: () => Promise<T>): Promise<T> {
    const captured = all as readonly CapturedContext[];
    const [first, ...others] = captured.filter(({ span }) => span?.isRecording());
    if (!first) return (captured[0] as CapturedContext).run(work);
    const links = others.slice(0, maxLinks).map(({ span }) => ({ context: (span as Span).spanContext() }));
    const attributes = { 'nexus.changes': all.length };
    const options = { kind: SpanKind.INTERNAL, attributes, links };
    return spans.startActiveSpan('commit', options, first.captured, async (span) => {
      for (const other of others) other.span?.addLink({ context: span.spanContext() });
      try {
        return await work();
      } finally {
        span.end();
      }
    });
  }
}
