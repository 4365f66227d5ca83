import { type Attributes, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { errorCodeOf } from './error-code';

interface NamedText {
  readonly name?: string;
  readonly text: string;
}

const tracer = trace.getTracer('nexus-state/postgres');

/**
 * Runs a statement as a span of the active trace; without one, it merely runs. The span has the
 * statement's first word and its name, never its values. Attributes are those of the semantic conventions for databases
 * (https://opentelemetry.io/docs/specs/semconv/database/postgresql/).
 */
export function statementSpan<T>({ name, text }: NamedText, run: () => Promise<T>): Promise<T> {
  if (!trace.getActiveSpan()) return run();
  const operation = operationOf(text);
  const attributes: Attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(name === undefined ? {} : { 'db.query.summary': name }),
  };
  return tracer.startActiveSpan(name ?? operation, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await run();
    } catch (error) {
      const { cause = error } = error as Error;
      span.setAttribute('error.type', errorCodeOf(cause) ?? (cause as Error).name);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function operationOf(text: string): string {
  return /[a-z]+/i.exec(text)?.[0].toUpperCase() ?? 'QUERY';
}
