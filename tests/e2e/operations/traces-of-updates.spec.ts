import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack, TraceCollector, aTrace } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';

const subject = 'traced';
const path = '/api/state/ws/p';

describe('the trace of a change with subscribers', () => {
  let collector: TraceCollector;
  let stack: TestStack;
  let api: ServiceProcess;
  let gateway: ServiceProcess;
  const followers: LiveClient[] = [];
  beforeAll(async () => {
    collector = await TraceCollector.start();
    stack = await TestStack.create({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      // What a sweep finds in history first is delivered outside the trace of its change.
      REALTIME_SWEEP_INTERVAL: '10m',
    });
    [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
    await stack.client(api, subject).post(path, { initialState: {} });
    for (let n = 0; n < 3; n++) {
      const follower = await LiveClient.connect(gateway, subject);
      followers.push(follower);
      await follower.ask('subscribe', { workspaceId: 'ws', panelId: 'p' });
      await follower.reaches('p', 1);
    }
  });
  afterAll(async () => {
    for (const follower of followers) follower.close();
    await stack?.close();
    await collector?.close();
  });

  it('ends at the delivery, with one span for all subscribers, and a trace of its own within a batch', async () => {
    const writers = Array.from({ length: 20 }, (_, n) => ({ n, ...aTrace() }));
    const answers = await Promise.all(
      writers.map(({ n, headers }) =>
        stack
          .client(api, subject)
          .patch(path, { patches: [{ op: 'add', path: `/w${n}`, value: n }], version: 1 }, headers),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(writers.map(() => 200));
    for (const [n, { traceId }] of writers.entries()) {
      const request = await collector.find(traceId, 'PATCH /api/state/:workspaceId/:panelId');
      const told = await collector.find(traceId, 'state_update deliver');
      expect(told).toMatchObject({
        ...{ service: 'realtime-gateway', kind: 'consumer', parentSpanId: request.spanId },
        attributes: {
          'nexus.door': 'socket.io',
          'nexus.receivers': 3,
          'nexus.workspace.id': 'ws',
          'nexus.panel.id': 'p',
          'nexus.version': answers[n]?.body.version,
        },
      });
      expect(collector.trace(traceId).filter(({ name }) => name === 'state_update deliver')).toHaveLength(1);
    }
    // They went to the store together: whose trace a batch is not in is linked with it.
    const ids = writers.map(({ traceId }) => traceId);
    const isIn = (link: { traceId: string }) => ids.includes(link.traceId);
    const batches = collector.spans.filter(({ name, traceId }) => name === 'commit' && ids.includes(traceId));
    const linked = batches.flatMap(({ links }) => links.filter(isIn));
    expect(linked.length).toBeGreaterThan(0);
    expect(new Set([...batches, ...linked].map(({ traceId }) => traceId)).size).toBe(20);
    for (const { traceId } of linked) {
      const request = await collector.find(traceId, 'PATCH /api/state/:workspaceId/:panelId');
      expect(batches.map(({ spanId }) => spanId)).toContain(request.links[0]?.spanId);
    }
  });

  it('begins with a message, where the change comes over a live connection', async () => {
    const [writer, reader] = followers as [LiveClient, LiveClient, LiveClient];
    const version = reader.versions('p').at(-1) as number;
    const patches = [{ op: 'add', path: '/live', value: true }];
    const answer = await writer.ask('patch', { workspaceId: 'ws', panelId: 'p', version, patches });
    expect(answer).toMatchObject({ ok: true, version: version + 1 });
    const message = await eventually(
      () => collector.spans.find(({ name, kind }) => name === 'patch' && kind === 'server'),
      'the message',
    );
    expect(message).toMatchObject({
      ...{ service: 'realtime-gateway', parentSpanId: undefined },
      attributes: {
        'nexus.workspace.id': 'ws',
        'nexus.panel.id': 'p',
        'nexus.connection.id': expect.any(String),
      },
    });
    const told = await collector.find(message.traceId, 'state_update deliver');
    expect(told).toMatchObject({
      parentSpanId: message.spanId,
      attributes: { 'nexus.version': version + 1 },
    });
  });
});
