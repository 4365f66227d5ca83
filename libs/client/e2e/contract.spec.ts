import { createClient } from '../src';
import { Garden } from './garden';

/** What no method is for: other protocols, second spellings, what operators ask, and what admins decide. */
const others =
  /^(\S+ \/(git|state|health|metrics|ready|openapi|docs)\b|POST \/api\/state\/\{workspaceId\}\/snapshot$|GET \S+\/ag-ui$|GET \/api\/audit$|\S+ \/api\/\S+\/approval-rules\b)/;

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
  let paths: Record<string, Record<string, unknown>>;

  beforeAll(async () => {
    garden = await Garden.start();
    const response = await fetch(`${garden.api.url}/openapi.json`);
    ({ paths } = (await response.json()) as { paths: typeof paths });
  }, 120_000);
  afterAll(() => garden.close());

  it('the client asks for every route that is for it, and for nothing else', async () => {
    const routes = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`),
    );
    const asked = [...(await everyRequest())];
    const isRoute = (route: string, request: string) =>
      new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]*')}$`).test(request);
    const unasked = routes.filter((route) => !asked.some((request) => isRoute(route, request)));
    expect(unasked.filter((route) => !others.test(route))).toEqual([]);
    expect(asked.filter((request) => !routes.some((route) => isRoute(route, request)))).toEqual([]);
  });
});
