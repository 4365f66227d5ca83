import { type Span, trace } from '@opentelemetry/api';
import { jobTelemetry } from './job-telemetry';

/** Keeps what a span is told. */
function listenToSpans() {
  const told: unknown[] = [];
  const span = {
    setAttribute: (...said: unknown[]) => told.push(said),
    setAttributes: (said: unknown) => told.push(said),
    addEvent: (...said: unknown[]) => told.push(said),
    end: () => told.push('end'),
  } as unknown as Span;
  const tracer = { startSpan: () => span, startActiveSpan: () => undefined };
  trace.setGlobalTracerProvider({ getTracer: () => tracer as never });
  return told;
}

afterEach(() => trace.disable());

it('tells which job it is, and neither what it holds nor what it came to', () => {
  const told = listenToSpans();
  const span = jobTelemetry().tracer.startSpan('process snapshots', { kind: 4 });
  span.setAttributes({
    'bullmq.job.id': '7',
    'bullmq.job.result': 'a state',
    'bullmq.job.failed.reason': 'a state',
  });
  span.setAttribute('bullmq.queue.options', 'redis://:secret@host');
  span.setAttribute('bullmq.queue.name', 'snapshots');
  span.addEvent('job completed', { 'bullmq.job.result': 'a state' });
  span.recordException(new TypeError('a state'));
  span.end();
  expect(told).toEqual([
    { 'bullmq.job.id': '7' },
    ['bullmq.queue.name', 'snapshots'],
    ['job completed', undefined, undefined],
    ['error.type', 'TypeError'],
    'end',
  ]);
});
