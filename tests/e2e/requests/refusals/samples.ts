import type { ApiClient } from '@nexus-state/test-kit';
import { samplesOfAi } from './ai-samples';
import type { Variation } from './refusal-case';
import type { World } from './world';

/** A request that a route accepts, and who may send it. */
export interface Sample extends Pick<Variation, 'body' | 'claims' | 'headers' | 'query'> {
  readonly status: number;
  /** Whether the body is any JSON, so that no field of it is unknown. */
  readonly freeBody?: boolean;
  /** Whether GET stays open: it is then asked for with HEAD, which does not. */
  readonly staysOpen?: boolean;
  /** Makes what the route is about, and gives values for parameters of the path, and for `{name}` in the body. */
  readonly prepare?: (owner: ApiClient) => Promise<Readonly<Record<string, string>>>;
  /** Values for parameters of the path; `ws` and `panel` where not said. */
  readonly path?: (world: World) => Readonly<Record<string, string>>;
  /** What the route looks at first; PostgreSQL where not said. */
  readonly keptIn?: 'Redis';
  /** The least role in the workspace; none for routes without a workspace. */
  readonly role?: 'viewer' | 'editor' | 'admin' | 'owner';
}

const panel = '/api/state/{workspaceId}/{panelId}';
const workspace = '/api/workspaces/{workspaceId}';
const aSnapshot = async (owner: ApiClient) => {
  const { snapshotId } = (await owner.post('/api/snapshots/ws', {})).body;
  return { snapshotId: snapshotId as string };
};
/** And the workspace has gone on since. */
const aPastSnapshot = async (owner: ApiClient) => {
  const snapshot = await aSnapshot(owner);
  await owner.put('/api/state/ws/panel', { state: { n: 3 }, version: 2 });
  return snapshot;
};
/** The job that has taken a snapshot is named as it. */
const aJob = async (owner: ApiClient) => ({ jobId: (await aSnapshot(owner)).snapshotId });
/** `/k` at version 1, and bytes. */
const aKey = async (owner: ApiClient) => {
  await owner.put('/api/kv/k', { value: { n: 1 } });
  await owner.put('/api/kv/bytes', { value: 'AQ==', encoding: 'base64' });
  return {};
};
const key = '/api/kv/{key}';
const ofKey = { status: 200, prepare: aKey, path: () => ({ key: 'k' }) };
const ofShortKey = { status: 200, prepare: aKey, path: () => ({ key: '%2Fk' }) };
/** A lock that is held, and the token of its holder. */
const aLock = async (owner: ApiClient) => {
  const { token } = (await owner.post('/api/locks/printer', { ttlMs: 600_000 })).body;
  return { held: 'printer', token: token as string };
};
const theLock = () => ({ name: 'printer' });
const theViewer = ({ viewer }: World) => ({ userId: viewer });

/** One for each route there is. */
export const samples: Readonly<Record<string, Sample>> = {
  'GET /health': { status: 200 },
  'GET /health/live': { status: 200 },
  'GET /health/ready': { status: 200 },
  'GET /metrics': { status: 200 },

  [`POST ${panel}`]: {
    status: 201,
    role: 'editor',
    path: () => ({ panelId: 'new' }),
    body: { initialState: { n: 1 }, triggeredBy: 'ai', triggerSource: 'planner' },
  },
  [`GET ${panel}`]: { status: 200, role: 'viewer' },
  [`PUT ${panel}`]: { status: 200, role: 'editor', body: { state: { n: 3 }, version: 2 } },
  [`PATCH ${panel}`]: {
    status: 200,
    role: 'editor',
    body: { patches: [{ op: 'inc', path: '/n', value: 1 }], version: 2 },
  },
  [`DELETE ${panel}`]: { status: 204, role: 'editor' },
  [`GET ${panel}/history`]: { status: 200, role: 'viewer' },
  [`GET ${panel}/blame`]: { status: 200, role: 'viewer' },
  [`POST ${panel}/revert`]: { status: 200, role: 'editor', body: { targetVersion: 1 } },

  'GET /api/state/{workspaceId}': { status: 200, role: 'viewer' },
  'GET /api/state/{workspaceId}/changes': { status: 200, role: 'viewer' },
  'POST /api/state/{workspaceId}/query': { status: 200, role: 'viewer', body: { contains: { n: 2 } } },
  'POST /api/state/{workspaceId}/transaction': {
    status: 200,
    role: 'editor',
    body: { operations: [{ op: 'set', panelId: 'panel', state: { n: 3 }, version: 2 }] },
  },

  'POST /api/state/{workspaceId}/context': { status: 200, role: 'viewer', body: { budgetTokens: 100 } },
  'POST /api/state/{workspaceId}/search': { status: 200, role: 'viewer', body: { query: 'new' } },
  [`GET ${panel}/ag-ui`]: { status: 200, role: 'viewer', staysOpen: true },
  ...samplesOfAi,

  'POST /api/snapshots/{workspaceId}': { status: 201, role: 'editor', body: { description: 'Before lunch' } },
  'GET /api/snapshots/{workspaceId}': { status: 200, role: 'viewer' },
  'GET /api/snapshots/{workspaceId}/commits': { status: 200, role: 'viewer' },
  'GET /api/snapshots/{workspaceId}/{snapshotId}': { status: 200, role: 'viewer', prepare: aSnapshot },
  'GET /api/snapshots/{workspaceId}/{snapshotId}/diff': { status: 200, role: 'viewer', prepare: aSnapshot },
  'GET /api/snapshots/{workspaceId}/jobs/{jobId}': { status: 200, role: 'viewer', prepare: aJob },
  'POST /api/snapshots/{workspaceId}/restore': {
    status: 200,
    role: 'editor',
    prepare: aPastSnapshot,
    body: { snapshotId: '{snapshotId}' },
  },
  'GET /api/state/{workspaceId}/snapshot': { status: 200, role: 'viewer' },
  'POST /api/state/{workspaceId}/snapshot': { status: 201, role: 'editor', body: { commitToGit: true } },

  [`GET ${key}`]: ofKey,
  [`PUT ${key}`]: { ...ofKey, body: { value: 1 } },
  [`PATCH ${key}`]: {
    ...ofKey,
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { n: 2 },
    freeBody: true,
  },
  [`DELETE ${key}`]: ofKey,
  'GET /api/kv': { ...ofKey, query: 'values=true' },
  'POST /api/kv': {
    ...ofKey,
    body: { transaction: [{ check: { key: '/k', version: 1 } }, { delete: { key: '/k' } }] },
  },
  'GET /api/watch': { ...ofKey, query: 'pattern=/k', staysOpen: true },
  'GET /state/{key}': ofShortKey,
  'PUT /state/{key}': { ...ofShortKey, body: { value: 1 } },

  'POST /api/locks/{name}': {
    status: 201,
    prepare: aLock,
    path: () => ({ name: 'scanner' }),
    body: { ttlMs: 1000 },
  },
  'PUT /api/locks/{name}': {
    status: 200,
    prepare: aLock,
    path: theLock,
    body: { token: '{token}', ttlMs: 600_000 },
    keptIn: 'Redis',
  },
  'DELETE /api/locks/{name}': {
    status: 204,
    prepare: aLock,
    path: theLock,
    body: { token: '{token}' },
    keptIn: 'Redis',
  },

  'GET /api/audit': { status: 200, claims: { scope: 'state:admin' } },

  'GET /api/workspaces': { status: 200 },
  'POST /api/workspaces': { status: 201, body: { name: 'Garden', workspaceId: 'garden' } },
  [`GET ${workspace}`]: { status: 200, role: 'viewer' },
  [`PATCH ${workspace}`]: { status: 200, role: 'admin', body: { name: 'Garden' } },
  [`DELETE ${workspace}`]: { status: 204, role: 'owner' },
  [`POST ${workspace}/activate`]: { status: 200, role: 'viewer' },
  [`GET ${workspace}/members`]: { status: 200, role: 'viewer' },
  [`GET ${workspace}/members/{userId}`]: { status: 200, role: 'viewer', path: theViewer },
  [`PUT ${workspace}/members/{userId}`]: {
    status: 200,
    role: 'admin',
    path: theViewer,
    body: { role: 'editor' },
  },
  [`DELETE ${workspace}/members/{userId}`]: {
    status: 204,
    role: 'admin',
    path: ({ admin }) => ({ userId: admin }),
  },
};
