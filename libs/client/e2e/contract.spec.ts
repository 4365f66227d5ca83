import * as client from '../src';
import { createClient } from '../src';
import { Description, type OpenApi } from './contract/description';
import { differencesOf, problemDifferences } from './contract/sdk-differences';
import { type SdkTypes, readSdkTypes } from './contract/sdk-types';
import { Garden } from './garden';

/** What no method is for: other protocols, second spellings, and what operators ask. */
const others =
  /^(\S+ \/(git|state|health|metrics|ready|openapi|docs)\b|POST \/api\/state\/\{workspaceId\}\/snapshot$|GET \S+\/ag-ui$|GET \/api\/audit$)/;

/** The codes that come before a request reaches its route, or instead of an answer of it. */
const ofAnyRequest = [
  'malformed_request',
  'token_expired',
  'method_not_allowed',
  'expectation_failed',
  'not_acceptable',
  'request_timeout',
  'headers_too_large',
  'internal_error',
];
/** The codes that come over the connection of documents. */
const ofConnections = ['bad_message', 'too_many_subscriptions', 'slow_consumer', 'server_draining'];

/** Calls every method that asks the API, and records what it asks for. */
async function everyRequest(): Promise<Set<string>> {
  const asked = new Set<string>();
  const answer = {
    version: 1,
    panels: [],
    snapshots: [],
    commits: [],
    members: [],
    workspaces: [],
    keys: [],
    turns: [],
    proposals: [],
    nextCursor: null,
    totalChanges: 1,
    history: [{ changeType: 'deleted', version: 1 }],
  };
  const recording: typeof fetch = async (url, request) => {
    asked.add(`${request?.method} ${new URL(String(url)).pathname}`);
    const isStream = String(new Headers(request?.headers).get('accept')).includes('event-stream');
    const problem = { error: 'not_found', message: 'The end.', status: 404 };
    return isStream ? Response.json(problem, { status: 404 }) : Response.json(answer);
  };
  const nexus = createClient({ url: 'http://127.0.0.1', token: 'token', fetch: recording, retries: 0 });
  const { keys, locks, workspaces } = nexus;
  const space = nexus.workspace('workspace');
  const panel = space.panel('panel');
  const { members, proposals, snapshots, turns } = space;
  const calls: (() => PromiseLike<unknown>)[] = [
    () => panel.get(),
    () => panel.create({}),
    () => panel.set({}),
    () => panel.patch([]),
    () => panel.merge({}),
    () => panel.increment('/n', 1),
    () => panel.delete(),
    () => panel.revert(1),
    () => panel.history().all(),
    () => panel.blame(),
    () => space.state(),
    () => space.panels().all(),
    () => space.query({ contains: {} }).all(),
    () => space.context({ budgetTokens: 0 }),
    () => space.search('lamp'),
    () => space.transaction([]),
    () => space.changes().next(),
    () => snapshots.create(),
    () => snapshots.list().all(),
    () => snapshots.get('snapshot'),
    () => snapshots.job('job'),
    () => snapshots.diff('snapshot'),
    () => snapshots.restore({ snapshotId: 'snapshot' }),
    () => snapshots.commits().all(),
    () => space.undo({ turnId: 'turn' }),
    () => turns.begin({ agent: 'agent', policy: 'merge' }),
    () => turns.list().all(),
    () => turns.get('turn'),
    () => turns.commit('turn'),
    () => turns.abort('turn'),
    () => proposals.list().all(),
    () => proposals.get('proposal'),
    () => proposals.create({ title: 'Title', changes: [] }),
    () => proposals.approve('proposal'),
    () => proposals.reject('proposal', 'No.'),
    () => proposals.withdraw('proposal'),
    () => proposals.rules(),
    () => proposals.setRules([]),
    () => members.list().all(),
    () => members.get('user'),
    () => members.set('user', 'viewer'),
    () => members.delete('user'),
    () => workspaces.list().all(),
    () => workspaces.create({ name: 'Workspace' }),
    () => workspaces.get('workspace'),
    () => workspaces.update('workspace', {}),
    () => workspaces.delete('workspace'),
    () => workspaces.activate('workspace'),
    () => keys.get('key'),
    () => keys.setJson('key', 1),
    () => keys.update('key', 1),
    () => keys.delete('key'),
    () => keys.list('').all(),
    () => keys.transaction([]),
    () => keys.watch('*').next(),
    () => locks.withLock('lock', () => new Promise((resolve) => setTimeout(resolve, 300)), { ttlMs: 300 }),
  ];
  for (const call of calls) await Promise.resolve(call()).catch(() => undefined);
  return asked;
}

describe('the client and /openapi.json', () => {
  let garden: Garden;
  let openApi: OpenApi;
  let types: SdkTypes;

  beforeAll(async () => {
    garden = await Garden.start();
    openApi = (await (await fetch(`${garden.api.url}/openapi.json`)).json()) as OpenApi;
    types = readSdkTypes();
  }, 240_000);
  afterAll(() => garden.close());

  const compared = (description: OpenApi) =>
    differencesOf(types, new Description(description), (route) => others.test(route));
  const problems = (description: OpenApi) =>
    problemDifferences(new Description(description), client.errorClasses, client, [
      ...ofAnyRequest,
      ...ofConnections,
    ]);

  it('the client asks for every route that is for it, and for nothing else', async () => {
    const routes = new Description(openApi).routes.map(({ name }) => name);
    const asked = [...(await everyRequest())];
    const isRoute = (route: string, request: string) =>
      new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]*')}$`).test(request);
    const unasked = routes.filter((route) => !asked.some((request) => isRoute(route, request)));
    expect(unasked.filter((route) => !others.test(route))).toEqual([]);
    expect(asked.filter((request) => !routes.some((route) => isRoute(route, request)))).toEqual([]);
  });

  it('every parameter and field of a body has the same type on both sides', () => {
    expect(compared(openApi)).toEqual([]);
  });

  it('every problem has its class, and every class its problem', () => {
    expect(problems(openApi)).toEqual([]);
  });

  describe('where they are made to differ', () => {
    /** The description with a difference planted. */
    function planted(plant: (places: Places) => void): OpenApi {
      const copy = structuredClone(openApi) as OpenApi;
      plant({
        schema: (name) => copy.components.schemas[name] as ReturnType<Places['schema']>,
        parameters: (name) => {
          const [method, path] = name.split(' ') as [string, string];
          return copy.paths[path]?.[method.toLowerCase()]?.parameters as object[];
        },
      });
      return copy;
    }
    const panels = 'GET /api/state/{workspaceId}';

    it.each<[string, string, Parameters<typeof planted>[0]]>([
      [
        'a field of an answer',
        `${panels}: gives.panels[].mood is missing in the client`,
        ({ schema }) => (schema('PanelListItem').properties['mood'] = { type: 'string' }),
      ],
      [
        'a field that an answer no longer has',
        `${panels}: gives.panels[].stateSizeBytes is not in the description`,
        ({ schema }) => delete schema('PanelListItem').properties['stateSizeBytes'],
      ],
      [
        'a field that an answer may leave out now',
        `${panels}: gives.panels[].version may be missing, and is always there in the client`,
        ({ schema }) => (schema('PanelListItem').required = ['panelId', 'updatedAt', 'stateSizeBytes']),
      ],
      [
        'the type of a field',
        `${panels}: gives.panels[].version may be string, and not so in the client`,
        ({ schema }) => (schema('PanelListItem').properties['version'] = { type: 'string' }),
      ],
      [
        'a value of a field',
        'GET /api/state/{workspaceId}/turns: gives.turns[].state may be paused, and not so in the client',
        ({ schema }) =>
          (schema('TurnItem').properties['state'] = {
            type: 'string',
            enum: ['open', 'committed', 'aborted', 'expired', 'paused'],
          }),
      ],
      [
        'a field of a request',
        'POST /api/state/{workspaceId}/proposals: takes.changes[].mood is missing in the client',
        ({ schema }) => (schema('ProposedChangeItem').properties['mood'] = { type: 'string' }),
      ],
      [
        'a field that a request must have now',
        'POST /api/workspaces: takes.description is always there, and optional in the client',
        ({ schema }) => (schema('CreateWorkspaceRequest').required = ['name', 'description']),
      ],
      [
        'a parameter',
        `${panels}: query.mood is missing in the client`,
        ({ parameters }) =>
          parameters(panels).push({ in: 'query', name: 'mood', schema: { type: 'string' } }),
      ],
      [
        'a field that the client has no use for and is not there any more',
        `${panels}: does not hold that gives.workspaceId is missing in the client`,
        ({ schema }) => delete schema('PanelList').properties['workspaceId'],
      ],
    ])('%s is found', (_, difference, plant) => {
      expect(compared(planted(plant))).toContain(difference);
    });

    it('a route is found', () => {
      const { [panels.slice('GET '.length)]: taken, ...paths } = openApi.paths;
      expect(
        compared({ ...openApi, paths: { ...paths, '/api/moods': { get: taken?.['get'] as never } } }),
      ).toEqual(
        expect.arrayContaining([
          `${panels}: is not in the description`,
          'GET /api/moods: is missing in the client',
        ]),
      );
    });

    it('a problem is found', () => {
      const responses = {
        409: { content: { 'application/problem+json': { schema: {}, examples: { moody: {} } } } },
      };
      const paths = { ...openApi.paths, '/moods': { get: { parameters: [], responses } } };
      expect(problems({ ...openApi, paths })).toEqual(['moody has no class']);
      expect(
        problemDifferences(
          new Description(openApi),
          { ...client.errorClasses, moody: client.NotFoundError },
          { ...client, ConflictError: undefined, LockedError: undefined },
          [...ofAnyRequest, ...ofConnections],
        ),
      ).toEqual([
        'locked is not exported as LockedError',
        'moody is not exported as MoodyError',
        'moody is the code of no problem',
      ]);
    });
  });
});

/** Where a difference can be planted. */
interface Places {
  schema(name: string): { properties: Record<string, unknown>; required: string[] };
  parameters(route: string): object[];
}
