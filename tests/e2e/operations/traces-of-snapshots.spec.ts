import { eventually } from '@nexus-state/state-core/testing';
import {
  type CollectedSpan,
  type ServiceProcess,
  TestStack,
  TraceCollector,
  aTrace,
} from '@nexus-state/test-kit';

describe('the trace of a change that calls for a snapshot', () => {
  let collector: TraceCollector;
  let stack: TestStack;
  let api: ServiceProcess;
  let worker: ServiceProcess;
  beforeAll(async () => {
    collector = await TraceCollector.start();
    stack = await TestStack.create({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      // A scan between a change and its snapshot would leave that one nothing to commit.
      SNAPSHOT_INTERVAL: '1h',
      SNAPSHOT_BEFORE_WAIT: '20s',
      LOG_LEVEL: 'info',
    });
    [api, worker] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  });
  afterAll(async () => {
    await stack?.close();
    await collector?.close();
  });

  it('leads from the request through the queue to the worker', async () => {
    const client = stack.client(api);
    await client.post('/api/state/traced/p', { initialState: { n: 'a value' } });
    const { traceId, spanId, headers } = aTrace();
    const patch = { patches: [{ op: 'replace', path: '/n', value: 'a value' }], version: 1 };
    const answer = await client.patch('/api/state/traced/p', { ...patch, triggeredBy: 'ai' }, headers);
    expect(answer.status).toBe(200);

    const find = (wanted: Parameters<TraceCollector['find']>[1]) => collector.find(traceId, wanted);
    const request = await find('PATCH /api/state/:workspaceId/:panelId');
    expect(request).toMatchObject({
      ...{ service: 'state-api', kind: 'server', parentSpanId: spanId },
      attributes: {
        'http.request.method': 'PATCH',
        'http.route': '/api/state/:workspaceId/:panelId',
        'http.response.status_code': 200,
        'url.path': '/api/state/traced/p',
        'nexus.workspace.id': 'traced',
        'nexus.panel.id': 'p',
        'nexus.request.id': answer.headers.get('x-request-id'),
      },
      resource: { 'service.namespace': 'nexus-state', 'service.version': expect.any(String) },
    });
    const asked = await find('add snapshots.snapshot');
    expect(asked).toMatchObject({ service: 'state-api', kind: 'producer', parentSpanId: request.spanId });
    const done = await find('process snapshots');
    expect(done).toMatchObject({ service: 'snapshot-worker', kind: 'consumer', parentSpanId: asked.spanId });

    const lock = await find('hold workspace lock');
    const commit = await find('git commit');
    const read = await find('read panels');
    const fetched = await find(({ name, parentSpanId }) => name === 'FETCH' && parentSpanId === read.spanId);
    expect([lock, commit, read, fetched].map(({ parentSpanId }) => parentSpanId)).toEqual([
      ...[done.spanId, lock.spanId, lock.spanId, read.spanId],
    ]);
    expect(fetched).toMatchObject({ kind: 'client', attributes: { 'db.system.name': 'postgresql' } });

    const written = await find('commit');
    const appended = await find('append-changes');
    expect([written.parentSpanId, appended.parentSpanId]).toEqual([request.spanId, written.spanId]);
    for (const { text } of collector.trace(traceId)) expect(text).not.toContain('a value');

    const said = await eventually(
      () => lineOf(worker, ({ msg, traceId: of }) => msg === 'job done' && of === traceId),
      'line',
    );
    expect(said).toMatchObject({ kind: 'snapshot', workspaceId: 'traced', spanId: done.spanId });
  });

  it('is another one for each job that comes by itself, and none for looking for work', async () => {
    await worker.stop();
    await stack.start('snapshot-worker', { SNAPSHOT_INTERVAL: '500ms' });
    const isScan = ({ name, attributes }: CollectedSpan) =>
      name === 'process snapshots' && attributes['bullmq.job.name'] === 'scan';
    const scans = await eventually(() => {
      const found = collector.spans.filter(isScan);
      return found.length >= 3 ? found : undefined;
    }, 'three scans');
    expect(new Set(scans.map(({ traceId }) => traceId)).size).toBe(scans.length);
    expect(scans.map(({ parentSpanId }) => parentSpanId)).toEqual(scans.map(() => undefined));
    expect(collector.spans.filter(({ name }) => /getNextJob|moveStalled/.test(name))).toEqual([]);
  });
});

function lineOf(service: ServiceProcess, wanted: (line: Record<string, unknown>) => boolean) {
  const lines = service
    .output()
    .split('\n')
    .filter((text) => text.startsWith('{'));
  return lines.map((text) => JSON.parse(text) as Record<string, unknown>).find(wanted);
}
