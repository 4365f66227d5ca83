import { SpanStatusCode, context, trace } from '@opentelemetry/api';
import { PanelNotFound, Unavailable } from '@nexus-state/state-core';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { inNewTrace, inSpan } from './in-span';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
beforeAll(() => provider.register());
beforeEach(() => exporter.reset());
afterAll(() => provider.shutdown());

const spans = () => exporter.getFinishedSpans();

describe('inSpan', () => {
  it('does the work without a span where no trace is active', () => {
    expect(inSpan({ name: 'work' }, () => 7)).toBe(7);
    expect(spans()).toEqual([]);
  });

  it('makes a span beneath the one that is active, ended when the work is', async () => {
    let finish: (result: string) => void = () => undefined;
    const work = () => new Promise<string>((resolve) => (finish = resolve));
    const all = inNewTrace({ name: 'message' }, () => inSpan({ name: 'work', attributes: { n: 1 } }, work));
    expect(spans()).toEqual([]);
    finish('done');
    await expect(all).resolves.toBe('done');
    const [inner, outer] = spans();
    expect([inner?.name, outer?.name]).toEqual(['work', 'message']);
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.attributes).toEqual({ n: 1 });
  });

  it('begins a new trace for incoming work, even inside another trace', () => {
    inNewTrace({ name: 'one' }, () => inNewTrace({ name: 'other' }, () => undefined));
    expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(2);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });

  it.each([
    [new Error('holds a value'), 'Error', SpanStatusCode.ERROR],
    [new Unavailable('The database'), 'unavailable', SpanStatusCode.ERROR],
    [new PanelNotFound('p'), 'not_found', SpanStatusCode.UNSET],
  ])('notes the kind of %s, thrown at once or later, and nothing it says', async (error, type, code) => {
    const thrown = () => {
      throw error;
    };
    expect(() => inNewTrace({ name: 'work' }, thrown)).toThrow(error);
    await expect(inNewTrace({ name: 'work' }, async () => thrown())).rejects.toBe(error);
    for (const { attributes, status, events } of spans()) {
      expect({ attributes, status, events }).toEqual({
        attributes: { 'error.type': type },
        status: { code },
        events: [],
      });
    }
    expect(spans()).toHaveLength(2);
  });
});
