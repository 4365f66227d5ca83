import { randomUUID } from 'node:crypto';
import { postgresDataSource } from '@nexus-state/postgres';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { type Route, routesOf } from './refusals/description';
import type { Variation } from './refusals/refusal-case';
import { requestOf, send } from './refusals/request';
import { type Sample, samples } from './refusals/samples';
import { contentOf, makeWorld } from './refusals/world';

let stack: TestStack;
let api: ServiceProcess;
let source: DataSource;
let routes: readonly Route[];

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  source = await postgresDataSource({ url: stack.database.url, poolSize: 2 }).initialize();
  routes = routesOf((await stack.client(api).get('/openapi.json')).body);
});
afterAll(async () => {
  await source?.destroy();
  await stack?.close();
});

/** A body of the sample, with more fields; undefined where no field is unknown. */
const bodyOf = ({ body, freeBody }: Sample, fields: object): Variation | undefined =>
  freeBody ? undefined : { body: { ...Object(body), ...fields } };

/** What no route may pass by: the statuses that it may refuse with, and how to send it. */
const inputs: readonly [
  name: string,
  statuses: readonly number[],
  vary: (sample: Sample) => Variation | undefined,
][] = [
  [
    'an If-Match that does not hold',
    [400, 412],
    (sample) => {
      const { version: _, ...body } = Object(sample.body) as { version?: number };
      return { headers: { 'if-match': '"999"' }, ...(sample.body === undefined ? {} : { body }) };
    },
  ],
  ['an If-None-Match of a write', [400, 412], () => ({ headers: { 'if-none-match': '"999"' } })],
  [
    'an If-Unmodified-Since',
    [400],
    () => ({ headers: { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' } }),
  ],
  ['a version that is not reached', [400, 409], (sample) => bodyOf(sample, { version: 999 })],
  ['a field that is not known', [400], (sample) => bodyOf(sample, { bogus: 1 })],
  ['a list as the body', [400, 428], ({ freeBody }) => (freeBody ? undefined : { body: [] })],
];

const writes = Object.keys(samples).filter((name) => !name.startsWith('GET '));

describe.each(inputs)('%s is refused, never passed by:', (_, statuses, vary) => {
  it.each(writes)('%s', async (name) => {
    const route = routes.find((one) => one.name === name) as Route;
    const sample = samples[name] as Sample;
    const variation = vary(sample);
    if (!variation) return;
    const world = await makeWorld(api, sample);
    const before = await contentOf(source, world);
    const answer = await send(api, requestOf(route, sample, variation, world), randomUUID());
    expect(statuses).toContain(answer.status);
    expect(await contentOf(source, world)).toBe(before);
  });
});

it('an If-Match on a read is refused, for no read is conditional on it', async () => {
  for (const route of routes.filter(({ method, scope }) => method === 'GET' && scope !== undefined)) {
    const sample = samples[route.name] as Sample;
    const world = await makeWorld(api, sample);
    const request = requestOf(route, sample, { headers: { 'if-match': '"999"' } }, world);
    const answer = await send(api, request, randomUUID());
    expect([route.name, answer.status, answer.body.errors]).toEqual([
      route.name,
      400,
      [{ pointer: 'If-Match', message: expect.any(String) }],
    ]);
  }
});

it('an empty object is as good as no body where a request takes none', async () => {
  const user = stack.client(api);
  await user.post('/api/state/ws/panel', { initialState: {} });
  expect((await user.post('/api/workspaces/ws/activate', {})).status).toBe(200);
  expect((await user.call('DELETE', '/api/state/ws/panel', {})).status).toBe(204);
});

describe('two preconditions', () => {
  const panel = '/api/state/ws/panel';
  const mergePatch = { 'content-type': 'application/merge-patch+json' };

  it.each([
    ['a version in the body and another in the query', `${panel}?version=1`, { version: 2 }, {}],
    ['a version in the body and another in If-Match', panel, { version: 2 }, { 'if-match': '"1"' }],
    ['a version in the query and another in If-Match', `${panel}?version=2`, {}, { 'if-match': '"1"' }],
    ['no panel in the body and any panel in If-Match', panel, { version: 0 }, { 'if-match': '*' }],
    ['a version in the body and no panel in If-None-Match', panel, { version: 2 }, { 'if-none-match': '*' }],
    ['a policy in the body and another in the query', `${panel}?onConflict=merge`, policy('reject'), {}],
  ])('that disagree are refused: %s', async (_, path, fields, headers: Record<string, string>) => {
    const user = stack.client(api);
    await user.post(panel, { initialState: { n: 1 } });
    await user.put(panel, { state: { n: 2 }, version: 1 });
    const patches = [{ op: 'replace', path: '/n', value: 3 }];
    const answer = await user.patch(path, { patches, ...fields }, headers);
    expect([answer.status, answer.body.error]).toEqual([400, 'validation_failed']);
    expect((await user.get(panel)).body).toMatchObject({ version: 2, state: { n: 2 } });
  });

  it('that agree are one', async () => {
    const user = stack.client(api);
    await user.post(panel, { initialState: { n: 1 } });
    const patches = [{ op: 'replace', path: '/n', value: 3 }];
    const agreeing = await user.patch(`${panel}?version=1`, { patches, version: 1 }, { 'if-match': '"1"' });
    expect(agreeing.status).toBe(200);
    const merge = await user.patch(`${panel}?version=2`, { n: 4 }, { ...mergePatch, 'if-match': '"2"' });
    expect(merge.status).toBe(200);
  });

  function policy(onConflict: string) {
    return { version: 2, onConflict };
  }
});

describe('the version in the body of DELETE', () => {
  const panel = '/api/state/ws/panel';

  it('keeps the panel where it is not the current one', async () => {
    const user = stack.client(api);
    await user.post(panel, { initialState: { n: 1 } });
    await user.put(panel, { state: { n: 2 }, version: 1 });
    const stale = await user.call('DELETE', panel, { version: 1 });
    expect([stale.status, stale.body.error, stale.body.currentVersion]).toEqual([409, 'version_conflict', 2]);
    expect((await user.get(panel)).body.state).toEqual({ n: 2 });
    expect((await user.call('DELETE', panel, { version: 2 })).status).toBe(204);
    expect((await user.get(panel)).status).toBe(404);
  });
});

it('If-None-Match: * on POST is honoured', async () => {
  const user = stack.client(api);
  const create = () => user.post('/api/state/ws/panel', { initialState: {} }, { 'if-none-match': '*' });
  expect((await create()).status).toBe(201);
  const again = await create();
  expect([again.status, again.body.error]).toEqual([412, 'precondition_failed']);
});
