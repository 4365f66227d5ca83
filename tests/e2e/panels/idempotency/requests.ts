import type { ApiResponse, ApiClient } from '@nexus-state/test-kit';

/** Where a panel is. */
export const at = (panelId: string) => `/api/state/ws/${panelId}`;

/** Where transactions go. */
export const transaction = '/api/state/ws/transaction';

/** Where the panel `p` is reverted. */
export const revert = `${at('p')}/revert`;

/** The content type of a merge patch. */
export const mergePatch = { 'content-type': 'application/merge-patch+json' };

/** A request that writes. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Sends a request under an idempotency key. */
export function send(
  client: ApiClient,
  { method, path, body, headers = {} }: Request,
  key: string,
): Promise<ApiResponse> {
  return client.call(method, path, body, { ...headers, 'idempotency-key': key });
}

/** Makes a panel `p` at version 3, and a snapshot of its version 2. */
export async function prepare(user: ApiClient): Promise<{ readonly snapshotId: string }> {
  await user.post(at('p'), { initialState: { n: 1, text: 'a' } });
  await user.put(at('p'), { state: { n: 2, text: 'a' }, version: 1 });
  const { snapshotId } = (await user.post('/api/snapshots/ws', {})).body;
  await user.put(at('p'), { state: { n: 3, text: 'a' }, version: 2 });
  return { snapshotId };
}

/** What one may look at to see whether anything has happened. */
export async function counts(user: ApiClient): Promise<readonly number[]> {
  const { totalChanges } = (await user.get(`${at('p')}/history`)).body;
  return [totalChanges, (await user.get('/api/snapshots/ws')).body.snapshots.length];
}

/** Every write that takes a key, for what `prepare` makes, with the status of its answer. */
export const writes: readonly [what: string, status: number, request: (snapshotId: string) => Request][] = [
  ['POST', 201, () => ({ method: 'POST', path: at('new'), body: { initialState: { n: 1 } } })],
  ['PUT', 200, () => ({ method: 'PUT', path: at('p'), body: { state: { n: 4 }, version: 3 } })],
  ['PUT that creates', 201, () => ({ method: 'PUT', path: at('new'), body: { state: {}, version: 0 } })],
  [
    'PATCH that is merged',
    200,
    () => {
      const patches = [{ op: 'add', path: '/more', value: { zz: 1, a: [{ zz: 1, a: 2 }] } }];
      return { method: 'PATCH', path: at('p'), body: { patches, version: 1 } };
    },
  ],
  [
    'a merge patch with its version in the query',
    200,
    () => ({ method: 'PATCH', path: `${at('p')}?version=3`, body: { n: null }, headers: mergePatch }),
  ],
  ['DELETE', 204, () => ({ method: 'DELETE', path: at('p'), headers: { 'if-match': '"3"' } })],
  ['DELETE with a version', 204, () => ({ method: 'DELETE', path: at('p'), body: { version: 3 } })],
  ['a revert', 200, () => ({ method: 'POST', path: revert, body: { targetVersion: 1 } })],
  [
    'a revert with a snapshot',
    200,
    () => ({ method: 'POST', path: revert, body: { targetVersion: 1, createSnapshot: true, version: 3 } }),
  ],
  [
    'a transaction',
    200,
    () => ({
      method: 'POST',
      path: transaction,
      body: {
        operations: [
          { op: 'patch', panelId: 'p', patches: [{ op: 'inc', path: '/n', value: 1 }] },
          { op: 'set', panelId: 'new', state: {}, version: 0 },
          { op: 'patch', panelId: 'p', patches: [{ op: 'inc', path: '/n', value: 1 }] },
        ],
      },
    }),
  ],
  [
    'a transaction that only checks',
    200,
    () => ({
      method: 'POST',
      path: transaction,
      body: { operations: [{ op: 'check', panelId: 'p', version: 3 }] },
    }),
  ],
  [
    'a change by an AI',
    200,
    () => ({ method: 'PUT', path: at('p'), body: { state: {}, version: 3, triggeredBy: 'ai' } }),
  ],
  ['a snapshot', 201, () => ({ method: 'POST', path: '/api/snapshots/ws', body: { description: 'x' } })],
  ['a snapshot by its other name', 201, () => ({ method: 'POST', path: '/api/state/ws/snapshot' })],
  [
    'a snapshot that is not waited for',
    202,
    () => ({ method: 'POST', path: '/api/snapshots/ws', headers: { prefer: 'respond-async' } }),
  ],
  [
    'a restore',
    200,
    (snapshotId) => ({ method: 'POST', path: '/api/snapshots/ws/restore', body: { snapshotId } }),
  ],
];
