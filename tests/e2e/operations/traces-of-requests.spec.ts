import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, TraceCollector, aTrace, freePort } from '@nexus-state/test-kit';

const panel = '/api/state/ws/p';
type Line = Record<string, unknown>;

/** The lines of a service's log. */
function linesOf(service: ServiceProcess): Line[] {
  const texts = service
    .output()
    .split('\n')
    .filter((text) => text.startsWith('{'));
  return texts.map((text) => JSON.parse(text) as Line);
}

const lineOf = (service: ServiceProcess, wanted: (line: Line) => boolean): Promise<Line> =>
  eventually(() => linesOf(service).find(wanted), 'the line');

describe('a state API', () => {
  const stacks: TestStack[] = [];
  const aStack = async (settings: Record<string, string>) => {
    const stack = await TestStack.create(settings);
    stacks.push(stack);
    return { stack, api: await stack.start('state-api') };
  };
  let collector: TraceCollector;
  beforeAll(async () => void (collector = await TraceCollector.start()));
  afterAll(async () => {
    await Promise.all(stacks.map((stack) => stack.close()));
    await collector?.close();
  });

  it('logs the request and the trace that a line belongs to, where it is traced', async () => {
    const { stack, api } = await aStack({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_LEVEL: 'debug' });
    const client = stack.client(api);
    const { traceId, headers } = aTrace();
    await client.post(panel, { initialState: {} }, { ...headers, 'x-request-id': 'first' });
    const line = await lineOf(api, ({ requestId }) => requestId === 'first');
    expect(line).toMatchObject({ level: 20, msg: 'request', method: 'POST', status: 201, traceId });
    expect(line).toMatchObject({ route: '/api/state/:workspaceId/:panelId', durationMs: expect.any(Number) });

    // What cannot be read is answered before the handler, and belongs to its request all the same.
    await client.post(panel, '{"initialState"', { 'x-request-id': 'second' });
    const refused = await lineOf(api, ({ requestId }) => requestId === 'second');
    expect(refused).toMatchObject({ status: 400, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const [span] = await eventually(() => {
      const found = collector.trace(refused['traceId'] as string);
      return found.length > 0 ? found : undefined;
    }, 'the span of what was refused');
    expect(span).toMatchObject({ parentSpanId: undefined, attributes: { 'http.response.status_code': 400 } });

    await client.get('/health');
    await stack.database.drop();
    const lost = await client.get('/api/state/ws/other', { ...headers, 'x-request-id': 'third' });
    expect(lost.status).toBe(500);
    const failed = await lineOf(
      api,
      ({ msg, requestId }) => msg === 'request failed' && requestId === 'third',
    );
    expect(failed).toMatchObject({ level: 50, traceId, spanId: expect.any(String) });
    const failure = await collector.find(traceId, 'GET /api/state/:workspaceId/:panelId');
    expect(failure.attributes).toMatchObject({ 'error.type': '500', 'nexus.error': 'internal_error' });

    // What it still holds is sent before it ends.
    const last = aTrace();
    await client.get('/api/state/ws/last', last.headers);
    await api.stop();
    expect(collector.trace(last.traceId).map(({ kind }) => kind)).toContain('server');
    expect(collector.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
  });

  it('serves, and complains once, while the collector is away', async () => {
    const { stack, api } = await aStack({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    });
    const client = stack.client(api);
    await client.post(panel, { initialState: {} });
    const complaint = ({ msg }: Line) => msg === 'could not send traces to the collector';
    const answers: number[] = [];
    const served = async () => answers.push((await client.get(panel)).status);
    await eventually(async () => {
      await served();
      return linesOf(api).some(complaint);
    }, 'the complaint');
    // As long again as it took to complain for the first time.
    for (let more = answers.length; more > 0; more--) await served();
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(linesOf(api).filter(complaint)).toEqual([expect.objectContaining({ level: 40, unreported: 0 })]);
    const began = performance.now();
    await api.stop();
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(linesOf(api)).toHaveLength(1);
  });

  it('names the trace of its caller in its log where nothing is collected', async () => {
    const { stack, api } = await aStack({});
    await stack.database.drop();
    const { traceId, headers } = aTrace();
    const answer = await stack.client(api).get(panel, { ...headers, 'x-request-id': 'mine' });
    expect(answer.status).toBe(500);
    const line = await lineOf(api, ({ msg }) => msg === 'request failed');
    expect(line).toMatchObject({ requestId: 'mine', traceId });
    expect(line).not.toHaveProperty('spanId');

    await stack.client(api).get(panel, { traceparent: '00-nonsense', 'x-request-id': 'nonsense' });
    const other = await lineOf(api, ({ requestId }) => requestId === 'nonsense');
    expect(other).not.toHaveProperty('traceId');
  });
});
