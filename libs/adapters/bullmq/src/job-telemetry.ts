import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Telemetry } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

type Tracer = Telemetry<Context>['tracer'];
type Span = ReturnType<Tracer['startSpan']>;

/** The attributes that spans of a job may have: they identify it, and hold none of its data, results or errors. */
const allowedAttribute =
  /^bullmq\.(queue\.(name|operation)|job\.(id|name|bulk\.count|attempts\.made|scheduler\.id)|worker\.id)$/;

/**
 * Spans of the queue: one where a job is put there, and one where it is done, in the same trace. BullMQ's own spans, without
 * the results, options and error messages that it would add.
 */
export function jobTelemetry(): Telemetry<Context> {
  const { tracer, contextManager } = new BullMQOtel({ tracerName: 'nexus-state/queue' });
  return {
    tracer: {
      startSpan: (name, options, context) => new ModestSpan(tracer.startSpan(name, options, context)),
    } as Tracer,
    contextManager: {
      active: () => contextManager.active(),
      with: (context, work) => contextManager.with(context, work),
      getMetadata: (context) => contextManager.getMetadata(context),
      fromMetadata: (context, metadata) => contextManager.fromMetadata(context, metadata),
      root: () => ROOT_CONTEXT,
    },
  };
}

/** A span that keeps to itself what is none of an operator's business. */
class ModestSpan implements Span {
  constructor(private readonly span: Span) {}

  setSpanOnContext(context: Context): Context {
    return this.span.setSpanOnContext(context);
  }

  setAttribute(...[key, value]: Parameters<Span['setAttribute']>): void {
    if (allowedAttribute.test(key)) this.span.setAttribute(key, value);
  }

  setAttributes(attributes: Parameters<Span['setAttributes']>[0]): void {
    this.span.setAttributes(
      Object.fromEntries(Object.entries(attributes).filter(([key]) => allowedAttribute.test(key))),
    );
  }

  addEvent(name: string): void {
    this.span.addEvent(name);
  }

  recordException(exception: Parameters<Span['recordException']>[0]): void {
    const type = typeof exception === 'object' && 'name' in exception ? exception.name : undefined;
    this.span.setAttribute('error.type', type ?? 'Error');
  }

  end(): void {
    this.span.end();
  }
}
