import { type Context as TraceContext, type Span, SpanKind, context, trace } from '@opentelemetry/api';
import type { Context, Contexts } from '@nexus-state/state-core';

const tracer = trace.getTracer('nexus-state/core');

/** Most links of a span; the rest of a batch is only counted. */
const mostLinks = 128;

/** A trace's context, as the core knows it. */
class CapturedContext implements Context {
  constructor(readonly captured: TraceContext) {}

  run<T>(work: () => T): T {
    return context.with(this.captured, work);
  }

  get span(): Span | undefined {
    return trace.getSpan(this.captured);
  }
}

/**
 * Contexts as OpenTelemetry knows them. What serves several requests at once is a span `commit` in the trace of the first of
 * them; it is linked with the others in both directions.
 */
export class TraceContexts implements Contexts {
  capture(): Context {
    return new CapturedContext(context.active());
  }

  async together<T>(all: readonly Context[], work: () => Promise<T>): Promise<T> {
    const captured = all as readonly CapturedContext[];
    const [first, ...others] = captured.filter(({ span }) => span?.isRecording());
    if (!first) return (captured[0] as CapturedContext).run(work);
    const links = others.slice(0, mostLinks).map(({ span }) => ({ context: (span as Span).spanContext() }));
    const attributes = { 'nexus.changes': all.length };
    const options = { kind: SpanKind.INTERNAL, attributes, links };
    return tracer.startActiveSpan('commit', options, first.captured, async (span) => {
      for (const other of others) other.span?.addLink({ context: span.spanContext() });
      try {
        return await work();
      } finally {
        span.end();
      }
    });
  }
}
