import { randomUUID } from 'node:crypto';
import { postgresDataSource } from '@nexus-state/postgres';
import { ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { type Route, routesOf } from './refusals/description';
import { refusalsOfAudit } from './refusals/audit';
import { refusalsOfAi } from './refusals/ai';
import { refusalsOfEvery } from './refusals/everywhere';
import { refusalsOfKeys } from './refusals/keys';
import { refusalsOfLocks } from './refusals/locks';
import { refusalsOfPanels } from './refusals/panels';
import { refusalsOfPatches } from './refusals/patches';
import type { RefusalCase, Surroundings } from './refusals/refusal-case';
import { refusalsOfReverts } from './refusals/reverts';
import { acceptedRequestOf, requestOf, send } from './refusals/request';
import { type Sample, samples } from './refusals/samples';
import { FaultyServices } from './refusals/faulty-services';
import { refusalsOfContent } from './refusals/workspace-content';
import { refusalsOfWorkspaces } from './refusals/workspaces';
import { type World, contentOf, makeWorld } from './refusals/world';

let stack: TestStack;
let surrounded: FaultyServices;
let usual: ServiceProcess;
let source: DataSource;
let routes: readonly Route[];
let cases: readonly RefusalCase[];

/** More than are made here, so that the answers tell of limits; and an audit log in the database, which can be away. */
const manyRequests = {
  RATE_LIMIT_READS_PER_SECOND: '100000',
  RATE_LIMIT_WRITES_PER_SECOND: '100000',
  AUDIT_SINK: 'postgres',
};

beforeAll(async () => {
  stack = await TestStack.create(manyRequests);
  [usual] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  source = await postgresDataSource({ url: stack.database.url, poolSize: 5 }).initialize();
  surrounded = await FaultyServices.start(stack, usual, source);
  routes = routesOf((await stack.client(usual).get('/openapi.json')).body);
  cases = [
    ...routes.flatMap((route) => refusalsOfEvery(route, sampleOf(route))),
    ...refusalsOfPanels,
    ...refusalsOfReverts,
    ...refusalsOfPatches,
    ...refusalsOfContent,
    ...refusalsOfWorkspaces,
    ...refusalsOfKeys,
    ...refusalsOfLocks,
    ...refusalsOfAudit,
    ...refusalsOfAi,
  ];
});
afterAll(async () => {
  await surrounded?.stop();
  await source?.destroy();
  await stack?.close();
});

function sampleOf({ name }: Route): Sample {
  const sample = samples[name];
  if (!sample) throw new Error(`${name} has no sample in refusals/samples.ts.`);
  return sample;
}

/** Surroundings that change the world. */
const worldsOfOne: readonly Surroundings[] = [
  'overtaken',
  'with a large panel',
  'with a flood of queries',
  'with changes of keys forgotten',
];

/** The cases that do not hold, each with what came instead. */
async function failuresOf(route: Route): Promise<unknown[]> {
  const failures: unknown[] = [];
  let world: World | undefined;
  for (const one of cases.filter(({ route: name }) => name === route.name)) {
    world ??= await makeWorld(usual, sampleOf(route));
    try {
      await expectRefusal(route, one, world);
      // What is refused has changed nothing, so the next case can be tried there, too; unless what surrounds it has.
      if (worldsOfOne.includes(one.surroundings ?? 'usual')) world = undefined;
    } catch (error) {
      world = undefined;
      failures.push(`${route.name} refuses ${one.why} with ${one.code}: ${String((error as Error).message)}`);
    }
  }
  return failures;
}

async function expectRefusal(
  route: Route,
  { code, variation, facts, surroundings }: RefusalCase,
  world: World,
): Promise<void> {
  const api = await surrounded.of(surroundings ?? 'usual', world);
  const request = requestOf(route, sampleOf(route), variation(world), world);
  const content = () => contentOf(source, world);
  const before = await content();
  const requestId = randomUUID();
  const answer = await send(api, request, requestId);
  const status = route.problems.get(code);
  const text: unknown = expect.stringMatching(/./);
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: expect.objectContaining({
      ...facts,
      type: `urn:nexus-state:problem:${code}`,
      title: text,
      status,
      detail: text,
      instance: request.path.split('?', 1)[0],
      error: code,
      message: answer.body?.detail,
    }),
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json(;|$)/);
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  expect(answer.headers.get('etag')).toBeNull();
  for (const header of route.responseHeaders.get(answer.status) ?? []) {
    expect([header, answer.headers.get(header)]).toEqual([header, text]);
  }
  if (code === 'validation_failed') {
    expect(answer.body.errors).not.toEqual([]);
    for (const error of answer.body.errors)
      expect(error).toEqual({ pointer: expect.any(String), message: text });
  }
  expect(await content()).toBe(before);
}

/** What only some answers of a status have: that a large copy is answered compressed is tested with cached copies. */
const seldom = ['Content-Encoding'];

it('every route has a sample that it accepts, and none is of a route that is not there', async () => {
  expect(Object.keys(samples).sort()).toEqual(routes.map(({ name }) => name).sort());
  for (const route of routes) {
    const sample = sampleOf(route);
    const world = await makeWorld(usual, sample);
    const answer = await send(usual, acceptedRequestOf(route, sample, world), randomUUID());
    expect([route.name, answer.status, answer.text]).toEqual([route.name, sample.status, answer.text]);
    const headers = (route.responseHeaders.get(answer.status) ?? []).filter(
      (name) => !answer.headers.has(name) && !seldom.includes(name),
    );
    expect([route.name, headers]).toEqual([route.name, []]);
  }
});

/** Holds back whatever is written to the workspace of a world. */
async function holdBack({ owner }: World): Promise<void> {
  const client = new ApiClient(usual.url, testToken(owner));
  const rules = [{ when: {}, need: 'proposal' }];
  const { status } = await client.put('/api/workspaces/ws/approval-rules', rules);
  expect(status).toBe(200);
}

it('every route that writes in turns, takes back or restores describes that it may make a proposal, and does', async () => {
  const proposable = routes.filter(({ schemas }) => schemas.get(202) === 'ProposalOpened');
  const takesBack = /^POST \S+\/(undo|abort)$/;
  expect(proposable).toEqual(
    routes.filter(({ name, requestHeaders }) => requestHeaders.has('Nexus-Turn') || takesBack.test(name)),
  );
  for (const route of proposable) {
    const sample = sampleOf(route);
    const world = await makeWorld(usual, sample);
    await holdBack(world);
    const before = await contentOf(source, world);
    const answer = await send(usual, acceptedRequestOf(route, sample, world), randomUUID());
    const proposalId: unknown = expect.any(String);
    expect([route.name, answer.status, answer.body]).toEqual([
      route.name,
      202,
      { proposalId, state: 'open' },
    ]);
    for (const header of route.responseHeaders.get(202) ?? [])
      expect([route.name, header, answer.headers.get(header)]).toEqual([
        route.name,
        header,
        expect.stringMatching(/./),
      ]);
    const { pathname } = new URL(answer.headers.get('location') as string, usual.url);
    expect(pathname).toBe(`/api/state/ws/proposals/${answer.body.proposalId}`);
    expect(await contentOf(source, world)).toBe(before);
  }
}, 60_000);

it('every problem that a route describes has a case, and no case is of one that it does not describe', () => {
  const described = routes.flatMap(({ name, problems }) =>
    [...problems.keys()].map((code) => `${name} ${code}`),
  );
  const tried = new Set(cases.map(({ route, code }) => `${route} ${code}`));
  expect(described.filter((one) => !tried.has(one))).toEqual([]);
  expect([...tried].filter((one) => !described.includes(one))).toEqual([]);
});

describe('each case is refused as described, and changes nothing:', () => {
  it.each(Object.keys(samples))('%s', async (name) => {
    const route = routes.find((one) => one.name === name) as Route;
    expect(await failuresOf(route)).toEqual([]);
  });
});

it('a path that does not exist is answered with 404 for every method', async () => {
  for (const path of ['/', '/api', '/api/state', '/api/state/a/b/c/d']) {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const requestId = randomUUID();
      const answer = await send(usual, { method, path, headers: {} }, requestId);
      expect([method, path, answer.status, answer.body?.error]).toEqual([method, path, 404, 'not_found']);
      expect(answer.headers.get('x-request-id')).toBe(requestId);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  }
});
