import { type RefusalCase, casesOf } from './refusal-case';

type Rows = Parameters<typeof casesOf>[1];

const lock = '/api/locks/{name}';
const pointer = (at: string) => ({ errors: [expect.objectContaining({ pointer: at })] });

const ofNames: Rows = [
  ['invalid_id', 'a name with a slash', { path: { name: 'a%2Fb' } }, { field: 'name' }],
  ['invalid_id', 'a name that is too long', { path: { name: 'x'.repeat(256) } }, { field: 'name' }],
];
const ofTtls = (body: Readonly<Record<string, unknown>>): Rows => [
  ['validation_failed', 'too short a time', { body: { ...body, ttlMs: 99 } }, pointer('/ttlMs')],
  ['validation_failed', 'too long a time', { body: { ...body, ttlMs: 600_001 } }, pointer('/ttlMs')],
];
const notHeld: Rows[number] = [
  'lock_lost',
  'a token that does not hold the lock',
  { path: { name: 'other' } },
  { name: 'other' },
];

/** What each request that changes panels or keys may meet that names a lock. */
const ofWrites: Rows = [
  [
    'lock_lost',
    'a number of a lock that was never given out',
    { headers: { 'nexus-lock': 'printer; fence=7' } },
    { name: 'printer', fencingToken: 7 },
  ],
  [
    'validation_failed',
    'a lock that cannot be read',
    { headers: { 'nexus-lock': 'printer' } },
    pointer('Nexus-Lock'),
  ],
];

const panel = '/api/state/{workspaceId}/{panelId}';
const writes = [
  ...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} ${panel}`),
  `POST ${panel}/revert`,
  'POST /api/state/{workspaceId}/transaction',
  'POST /api/snapshots/{workspaceId}/restore',
  'POST /api/state/{workspaceId}/undo',
  'POST /api/state/{workspaceId}/turns/{turnId}/abort',
  'POST /api/state/{workspaceId}/proposals/{proposalId}/approve',
  ...['PUT', 'PATCH', 'DELETE'].map((method) => `${method} /api/kv/{key}`),
  'PUT /state/{key}',
  'POST /api/kv',
];

/** Locks, and writes under them. */
export const refusalsOfLocks: readonly RefusalCase[] = [
  ...casesOf(`POST ${lock}`, [
    ...ofNames,
    ...ofTtls({}),
    [
      'locked',
      'a lock that is held',
      ({ prepared }) => ({ path: { name: prepared['held'] as string } }),
      { name: expect.any(String), expiresAt: expect.any(String) },
    ],
    ['validation_failed', 'too long a wait', { body: { ttlMs: 1000, waitMs: 60_001 } }, pointer('/waitMs')],
  ]),
  ...casesOf(`PUT ${lock}`, [...ofNames, ...ofTtls({ token: 'x' }), notHeld]),
  ...casesOf(`DELETE ${lock}`, [
    ...ofNames,
    notHeld,
    ['validation_failed', 'a token that is empty', { body: { token: '' } }, pointer('/token')],
  ]),
  ...writes.flatMap((route) => casesOf(route, ofWrites)),
];
