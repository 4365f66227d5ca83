import { randomUUID } from 'node:crypto';
import { type ApiResponse, type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { routesOf } from '../requests/refusals/description';

let stack: TestStack;
let api: ServiceProcess;

/** A caller, and the workspaces that their writes go to. */
interface Caller {
  readonly client: ApiClient;
  /** The owner of the workspace `ws` that the caller writes to without naming an owner. */
  readonly owner: string;
}

let callers: Readonly<Record<'the owner' | 'an editor' | 'an editor who owns a namesake', Caller>>;
let annId: string;

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  // A name that has to be encoded in a query.
  annId = `ann & Zoë/${randomUUID()}`;
  const [editorId, namesakeId] = [`editor-${randomUUID()}`, `namesake-${randomUUID()}`];
  const [ann, editor, namesake] = [annId, editorId, namesakeId].map((id) => stack.client(api, id)) as [
    ApiClient,
    ApiClient,
    ApiClient,
  ];
  await ann.post('/api/state/ws/first', { initialState: { of: annId } });
  for (const id of [editorId, namesakeId])
    await ann.put(`/api/workspaces/ws/members/${id}`, { role: 'editor' });
  await namesake.post(`/api/state/ws/first?owner=${namesakeId}`, { initialState: { of: namesakeId } });
  callers = {
    'the owner': { client: ann, owner: annId },
    'an editor': { client: editor, owner: annId },
    'an editor who owns a namesake': { client: namesake, owner: namesakeId },
  };
});
afterAll(() => stack?.close());

const named = () => `owner=${encodeURIComponent(annId)}`;

/** What each write route that answers with `Location` makes, and how to recognize it. */
const writes: Readonly<
  Record<
    string,
    (
      client: ApiClient,
      query: string,
    ) => Promise<{ made: ApiResponse; isIt: (found: ApiResponse) => boolean }>
  >
> = {
  'POST /api/state/{workspaceId}/{panelId}': async (client, query) => {
    const mark = randomUUID();
    const made = await client.post(`/api/state/ws/${mark}${query}`, { initialState: { mark } });
    return { made, isIt: ({ body }) => body.state.mark === mark };
  },
  'PUT /api/state/{workspaceId}/{panelId}': async (client, query) => {
    const mark = randomUUID();
    const made = await client.put(`/api/state/ws/${mark}${query}`, { state: { mark }, version: 0 });
    return { made, isIt: ({ body }) => body.state.mark === mark };
  },
  'POST /api/snapshots/{workspaceId}': async (client, query) => {
    const description = randomUUID();
    const made = await client.post(`/api/snapshots/ws${query}`, { description });
    return { made, isIt: ({ body }) => body.description === description };
  },
  'POST /api/state/{workspaceId}/snapshot': async (client, query) => {
    const description = randomUUID();
    const made = await client.post(`/api/state/ws/snapshot${query}`, { description });
    return { made, isIt: ({ body }) => body.description === description };
  },
  'POST /api/workspaces': async (client) => {
    const name = randomUUID();
    const made = await client.post('/api/workspaces', { name });
    return { made, isIt: ({ body }) => body.name === name };
  },
};

describe.each(['the owner', 'an editor', 'an editor who owns a namesake'] as const)('%s', (name) => {
  it.each(Object.keys(writes))('finds what %s made where its Location leads', async (route) => {
    const { client, owner } = callers[name];
    for (const [query, whose] of [
      ['', owner],
      [`?${named()}`, annId],
    ] as const) {
      const { made, isIt } = await (writes[route] as (typeof writes)[string])(client, query);
      expect([route, made.status, made.text]).toEqual([route, 201, made.text]);
      const location = made.headers.get('location') ?? '';
      const found = await client.get(location);
      expect([location, found.status, found.text]).toEqual([location, 200, found.text]);
      expect([location, isIt(found)]).toEqual([location, true]);
      if (route !== 'POST /api/workspaces' && name !== 'the owner')
        expect(location.includes('owner=')).toBe(whose === annId);
    }
  });

  it('finds the job of a snapshot where the Location of a 202 leads', async () => {
    const { client } = callers[name];
    for (const query of ['', `?${named()}`]) {
      const answer = await client.post(`/api/snapshots/ws${query}`, {}, { prefer: 'respond-async' });
      expect(answer.status).toBe(202);
      const location = answer.headers.get('location') ?? '';
      await eventually(async () => (await client.get(location)).body.state === 'completed', 'the job to end');
      expect((await client.get(location)).body.jobId).toBe(answer.body.jobId);
    }
  });
});

it('every route that is described to answer with Location is tried', async () => {
  const routes = routesOf((await stack.client(api).get('/openapi.json')).body);
  const described = routes.filter(({ responseHeaders }) => responseHeaders.get(201)?.includes('Location'));
  expect(described.map(({ name }) => name).sort()).toEqual(Object.keys(writes).sort());
});
