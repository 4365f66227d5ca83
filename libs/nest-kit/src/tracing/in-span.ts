import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { StateError } from '@nexus-state/documents';

const tracer = trace.getTracer('nexus-state');

/** What is done, for those who read traces. */
export interface SpanFacts {
  readonly name: string;
  /** Default: work within the process. */
  readonly kind?: SpanKind;
  /** Keys and counts, never values. */
  readonly attributes?: Attributes;
}

/** Does some work as a span of the active trace, or without a span where there is none. */
export function inSpan<T>(facts: SpanFacts, work: () => T): T {
  return trace.getActiveSpan() ? run(facts, work, false) : work();
}

/** Does some work as the beginning of a trace of its own: for what comes in through a door that carries no trace. */
export function inNewTrace<T>(facts: SpanFacts, work: () => T): T {
  return run(facts, work, true);
}

function run<T>(
  { name, kind = SpanKind.INTERNAL, attributes = {} }: SpanFacts,
  work: () => T,
  root: boolean,
) {
  return tracer.startActiveSpan(name, { kind, attributes, root }, (span): T => {
    const end = () => span.end();
    const fail = (error: unknown) => {
      noteFailure(span, error);
      end();
    };
    try {
      const result = work();
      if (result instanceof Promise) result.then(end, fail);
      else end();
      return result;
    } catch (error) {
      fail(error);
      throw error;
    }
  });
}

/** Notes with what something failed: a code or the kind of the error, not its message, which may quote values. */
export function noteFailure(span: Span, error: unknown): void {
  const refused = error instanceof StateError;
  span.setAttribute('error.type', refused ? error.code : error instanceof Error ? error.name : 'unknown');
  // A refusal is a correct response, not a failure.
  if (!refused || error.code === 'unavailable') span.setStatus({ code: SpanStatusCode.ERROR });
}
