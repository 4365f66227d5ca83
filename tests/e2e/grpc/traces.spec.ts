import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, TraceCollector, aTrace } from '@nexus-state/test-kit';
import { GrpcClient, json } from './client';

let collector: TraceCollector;
let stack: TestStack;
let api: ServiceProcess;
let ann: GrpcClient;

beforeAll(async () => {
  collector = await TraceCollector.start();
  stack = await TestStack.create({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, LOG_LEVEL: 'debug' });
  api = await stack.start('state-api');
  ann = new GrpcClient(api);
});
afterAll(async () => {
  ann?.close();
  await stack?.close();
  await collector?.close();
});

const place = { workspaceId: 'ws', panelId: 'lamp' };
const spanName = (method: string) => `nexus.state.v1.StateService/${method}`;

/** The line of the log about a call. */
const lineOf = (requestId: string) =>
  eventually(() => {
    const lines = api
      .output()
      .split('\n')
      .filter((text) => text.startsWith('{'));
    return lines.map((text) => JSON.parse(text)).find((line) => line.requestId === requestId);
  }, `the line of ${requestId}`);

describe('a call over gRPC', () => {
  it('is a span of the trace that its metadata name, with what it does below it', async () => {
    const { traceId, spanId, headers } = aTrace();
    const create = { ...place, initialStateJson: json({ n: 1 }) };
    expect(await ann.call('create', create, { ...headers, 'x-request-id': 'traced' })).toMatchObject({
      code: 'OK',
    });
    const span = await collector.find(traceId, spanName('Create'));
    expect(span).toMatchObject({
      parentSpanId: spanId,
      kind: 'server',
      attributes: {
        'rpc.system': 'grpc',
        'rpc.service': 'nexus.state.v1.StateService',
        'rpc.method': 'Create',
        'rpc.grpc.status_code': 0,
        'nexus.request.id': 'traced',
        'nexus.workspace.id': 'ws',
        'nexus.panel.id': 'lamp',
      },
    });
    await eventually(
      () => collector.trace(traceId).some(({ parentSpanId }) => parentSpanId === span.spanId),
      'a span below it',
    );
    expect(await lineOf('traced')).toMatchObject({ msg: 'call', code: 'OK', traceId });
  });

  it('begins a trace where its metadata name none, and says how it was refused', async () => {
    await ann.call('get', { ...place, panelId: 'missing' }, { traceparent: 'x', 'x-request-id': 'refused' });
    const { traceId } = await lineOf('refused');
    const span = await collector.find(traceId, spanName('Get'));
    expect(span.parentSpanId).toBeUndefined();
    expect(span.attributes).toMatchObject({ 'rpc.grpc.status_code': 5 });
  });

  it('is one for as long as its stream is open', async () => {
    const { traceId, headers } = aTrace();
    const watch = ann.watch('watchKeys', { pattern: '*' }, {}, headers);
    await eventually(() => watch.messages.length > 0, 'the first message');
    watch.cancel();
    expect((await collector.find(traceId, spanName('WatchKeys'))).attributes).toMatchObject({
      'rpc.grpc.status_code': 1,
    });
  });
});
