import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { parse } from 'yaml';
import { LiveClient } from '../clients/live-client';
import { readExpression } from './metrics/promql';
import { type Sample, scrape, total } from './metrics/scrape';

const repository = path.resolve(__dirname, '../../..');
const read = (name: string) => readFileSync(path.join(repository, name), 'utf8');

let stack: TestStack;
let api: ServiceProcess;
let gateway: ServiceProcess;
let worker: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_INTERVAL: 'off' });
  [api, gateway, worker] = await Promise.all([
    stack.start('state-api'),
    stack.start('realtime-gateway'),
    stack.start('snapshot-worker'),
  ]);
});
afterAll(() => stack?.close());

const place = '/api/state/ws/panel';
const route = '/api/state/:workspaceId/:panelId';

/** A bit of everything: a creation, a change, a merge, a conflict, reads, live updates, a snapshot. */
async function useIt(subject: string): Promise<LiveClient> {
  const client = stack.client(api, subject);
  await client.post(place, { initialState: { a: 1, b: 1 } });
  const follower = await LiveClient.connect(gateway, subject);
  await follower.ask('subscribe', { workspaceId: 'ws', panelId: 'panel' });
  const change = (version: number, pointer: string, onConflict: string) =>
    client.call('PATCH', place, {
      version,
      onConflict,
      patches: [{ op: 'replace', path: pointer, value: randomUUID() }],
    });
  expect((await change(1, '/a', 'reject')).status).toBe(200);
  expect((await change(1, '/b', 'merge')).status).toBe(200);
  expect((await change(1, '/a', 'reject')).status).toBe(409);
  await follower.reaches('panel', 3);
  expect((await client.get(place)).status).toBe(200);
  expect((await client.get('/api/state/ws/none')).status).toBe(404);
  expect((await client.get('/no/such/route')).status).toBe(404);
  expect((await client.post('/api/snapshots/ws', { description: 'metrics' })).status).toBe(201);
  return follower;
}

describe('/metrics', () => {
  let samples: readonly Sample[];
  let follower: LiveClient;

  beforeAll(async () => {
    follower = await useIt(`user-${randomUUID()}`);
    // Answers are counted once they are out.
    await eventually(async () => {
      samples = await scrape(api, gateway, worker);
      return (
        total(samples, 'http_request_duration_seconds_count', { route: '/api/snapshots/:workspaceId' }) > 0
      );
    }, 'the last request to be counted');
  });
  afterAll(() => follower?.socket.disconnect());

  it('counts requests by route and status, unknown paths as one', () => {
    const requests = (labels: Record<string, string>) =>
      total(samples, 'http_request_duration_seconds_count', labels);
    expect(requests({ route, method: 'PATCH', status: '200' })).toBe(2);
    expect(requests({ route, method: 'PATCH', status: '409' })).toBe(1);
    expect(requests({ route, method: 'GET', status: '404' })).toBe(1);
    expect(requests({ route: 'unknown', status: '404' })).toBe(1);
    expect(samples.some(({ labels }) => labels['route']?.includes('/no/such'))).toBe(false);
  });

  it('counts look-ups in the cache, changes, merges and conflicts', () => {
    expect(total(samples, 'nexus_cache_lookups_total', { result: 'hit' })).toBeGreaterThan(0);
    expect(total(samples, 'nexus_changes_total', { type: 'created', merged: 'false' })).toBe(1);
    expect(total(samples, 'nexus_changes_total', { type: 'updated', merged: 'false' })).toBe(1);
    expect(total(samples, 'nexus_changes_total', { type: 'updated', merged: 'true' })).toBe(1);
    expect(total(samples, 'nexus_changes_refused_total', { code: 'version_conflict' })).toBe(1);
  });

  it('counts who is connected, what they follow, what they get, and how late', () => {
    expect(total(samples, 'nexus_realtime_connections')).toBe(1);
    expect(total(samples, 'nexus_realtime_subscriptions')).toBe(1);
    expect(total(samples, 'nexus_realtime_deliveries_total')).toBe(2);
    expect(total(samples, 'nexus_realtime_delivery_lag_seconds_count')).toBe(2);
    expect(total(samples, 'nexus_realtime_messages_total', { result: 'ok' })).toBe(1);
  });

  it('measures jobs, and reports what is in the queues', () => {
    const taken = { kind: 'snapshot', outcome: 'taken' };
    expect(total(samples, 'nexus_job_duration_seconds_count', taken)).toBe(1);
    expect(total(samples, 'nexus_queue_jobs', { queue: 'snapshots', state: 'completed' })).toBe(1);
    expect(total(samples, 'nexus_git_free_bytes')).toBeGreaterThan(0);
  });

  it('reports for each process whether its stores are up, and how busy its connections are', () => {
    for (const app of ['state-api', 'realtime-gateway', 'snapshot-worker']) {
      expect(total(samples, 'nexus_store_up', { app })).toBe(2);
      expect(total(samples, 'nexus_database_pool_size', { app })).toBe(10);
      expect(total(samples, 'nexus_database_connections', { app, state: 'waiting' })).toBe(0);
      expect(
        samples.find(({ name, labels }) => name === 'nexus_build_info' && labels['app'] === app)?.labels,
      ).toEqual({ app, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    }
  });

  describe('has what is asked of it by', () => {
    /** Labels that Prometheus gives every sample itself. */
    const given = ['job', 'instance'];

    const check = (text: string) => {
      const { selected, grouped } = readExpression(text);
      expect(selected.length).toBeGreaterThan(0);
      for (const { metric, labels } of selected) {
        const found = samples.filter(({ name }) => name === metric);
        expect([metric, found.length > 0]).toEqual([metric, true]);
        const known = new Set([...given, ...found.flatMap((sample) => Object.keys(sample.labels))]);
        expect([...labels, ...grouped].filter((name) => !known.has(name))).toEqual([]);
      }
    };

    const rules: { alert: string; expr: string; annotations: { summary: string } }[] = parse(
      read('k8s/monitoring/alerts.yaml'),
    ).groups.flatMap(({ rules }: { rules: unknown[] }) => rules);

    it.each(rules.map(({ alert, expr }) => [alert, expr]))('the alert %s', (_alert, expr) =>
      check(expr as string),
    );

    const { panels }: { panels: { title: string; targets?: { expr: string }[] }[] } = JSON.parse(
      read('k8s/monitoring/dashboard.json'),
    );
    const targets = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr]));

    it.each(targets)('the panel "%s" of the dashboard: %s', (_title, expr) => check(expr as string));

    it('nothing, where a metric or a label is not there', () => {
      expect(() => check('rate(nexus_no_such_total[5m])')).toThrow();
      expect(() => check('sum by (nowhere) (nexus_store_up)')).toThrow();
      expect(() => check('nexus_store_up{nowhere="x"}')).toThrow();
      expect(() => check('sum(((')).toThrow();
    });

    it('a runbook with a section for each alert', () => {
      const file = 'docs/operations/runbook.md';
      expect(existsSync(path.join(repository, file))).toBe(true);
      const sections = [...read(file).matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
      expect(sections.sort()).toEqual(rules.map(({ alert }) => alert).sort());
    });
  });
});

it('goes on telling its metrics while the stores are away', async () => {
  const away = await stack.start('state-api', { REDIS_URL: 'redis://127.0.0.1:1' });
  const samples = await scrape(away);
  expect(total(samples, 'nexus_store_up', { store: 'redis' })).toBe(0);
  expect(total(samples, 'nexus_store_up', { store: 'database' })).toBe(1);
});
