import { inNewTrace } from '@nexus-state/nest-kit';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { withSpans } from './with-spans';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
beforeAll(() => provider.register());
afterAll(() => provider.shutdown());

class Counter {
  #count = 0;
  readonly step = 2;

  async add(times: number): Promise<number> {
    return (this.#count += times * this.step);
  }

  async read(): Promise<number> {
    return this.#count;
  }

  begin(): Counter {
    return new Counter();
  }
}

afterEach(() => exporter.reset());

it('makes spans of the calls that have a name, and leaves the port as it is', async () => {
  const counter = withSpans(new Counter(), { add: 'count' });
  await inNewTrace({ name: 'job' }, async () => {
    expect(await counter.add(3)).toBe(6);
    expect(await counter.read()).toBe(6);
  });
  expect(counter.step).toBe(2);
  expect(counter).toBeInstanceOf(Counter);
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['count', 'job']);
});

it('makes spans of the calls of a port that the port gives out', async () => {
  const counter = withSpans(new Counter(), { begin: { add: 'count' } });
  const begun = counter.begin();
  await inNewTrace({ name: 'job' }, async () => {
    expect(await begun.add(1)).toBe(2);
    expect(await counter.add(1)).toBe(2);
  });
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['count', 'job']);
});
