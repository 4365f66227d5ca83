import { type Span, trace } from '@opentelemetry/api';
import { jobTelemetry } from './job-telemetry';

/** Records what a span gets. */
function listenToSpans() {
  const recorded: unknown[] = [];
  const span = {
    setAttribute: (...said: unknown[]) => recorded.push(said),
    setAttributes: (said: unknown) => recorded.push(said),
    addEvent: (...said: unknown[]) => recorded.push(said),
    end: () => recorded.push('end'),
  } as unknown as Span;
  const tracer = { startSpan: () => span, startActiveSpan: () => undefined };
  trace.setGlobalTracerProvider({ getTracer: () => tracer as never });
  return recorded;
}

afterEach(() => trace.disable());

it('names the job, and neither its data nor its result', () => {
  const recorded = listenToSpans();
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
  expect(recorded).toEqual([
    { 'bullmq.job.id': '7' },
    ['bullmq.queue.name', 'snapshots'],
    ['job completed', undefined, undefined],
    ['error.type', 'TypeError'],
    'end',
  ]);
});
