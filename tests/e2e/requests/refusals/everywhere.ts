import { testSecret } from '@nexus-state/test-kit';
import { sign } from 'jsonwebtoken';
import type { Route } from './description';
import { type RefusalCase, casesOf } from './refusal-case';
import type { Sample } from './samples';

type Rows = Parameters<typeof casesOf>[1];

/** Over the limit of what is read at all. */
const hugeText = 'x'.repeat(17 * 1024 * 1024);
const belowRole = { editor: 'viewer', admin: 'viewer', owner: 'admin' } as const;
const broken = '{"a":';

/** The refusals that follow from what a route is: behind a token, in a workspace, with a body. */
export function refusalsOfEvery(route: Route, sample: Sample): readonly RefusalCase[] {
  return casesOf(route.name, [
    ...(route.scope ? [...ofToken(route.scope, sample), ...ofPreconditions(route)] : []),
    ...(route.requestHeaders.has('Idempotency-Key') ? ofIdempotencyKeys : []),
    ...(route.requestHeaders.has('Nexus-Turn') ? ofTurns : []),
    ...(route.path.includes('{workspaceId}') ? ofWorkspace(sample) : []),
    ...(route.path.includes('{panelId}') ? ofPanelId(route) : []),
    ...(route.method === 'GET' ? [] : ofBody(sample)),
  ]);
}

const inTurn = (turnId: string) => ({ headers: { 'nexus-turn': turnId } });
const ofTurns: Rows = [
  ['not_found', 'a turn that never was', inTurn('none'), { turnId: 'none' }],
  ['turn_ended', 'a turn that has ended', ({ endedTurn }) => inTurn(endedTurn), { state: 'committed' }],
  ['forbidden', 'a turn that may not touch it', ({ narrowTurn }) => inTurn(narrowTurn)],
];

function ofToken(scope: string, { keptIn }: Sample): Rows {
  const other = scope === 'state:read' ? 'state:write' : 'state:read';
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  return [
    ['unauthorized', 'a caller without a token', { authorization: null }],
    ['unauthorized', 'a token that is none', bearer('nonsense')],
    ['unauthorized', 'a forged token', bearer(sign({ sub: 'u' }, 'another-key-of-more-than-32-bytes!!'))],
    ['unauthorized', 'an expired token', bearer(sign({ sub: 'u', exp: 1 }, testSecret))],
    ['unauthorized', 'another scheme', { authorization: 'Basic dTpw' }],
    ['forbidden', 'a token without the scope', { claims: { scope: other } }, { requiredScope: scope }],
    [
      'rate_limited',
      'somebody who has had as many as they may',
      {},
      {
        policy: scope === 'state:write' ? 'user-writes' : 'user-reads',
        perSecond: 0.001,
        retryAfterSeconds: expect.any(Number),
      },
      'with limits that are used up',
    ],
    keptIn === 'Redis'
      ? ['unavailable', 'while Redis is away', {}, {}, 'without Redis']
      : ['unavailable', 'while the database is away', { as: 'somebody new' }, {}, 'without a database'],
  ];
}

function ofWorkspace({ role }: Sample): Rows {
  const needsMore: Rows =
    role === undefined || role === 'viewer'
      ? []
      : [
          [
            'forbidden',
            'somebody whose role is too low',
            (world) => ({ as: world[belowRole[role]], query: `owner=${world.owner}` }),
            { requiredRole: role },
          ],
        ];
  return [
    ...needsMore,
    [
      'invalid_id',
      'a workspace id with a slash',
      { path: { workspaceId: 'a%2Fb' } },
      { field: 'workspaceId' },
    ],
    [
      'invalid_id',
      'a workspace id with a zero byte',
      { path: { workspaceId: 'a%00' } },
      { field: 'workspaceId' },
    ],
    [
      'not_found',
      'a workspace of another user',
      ({ owner }) => ({ as: 'a stranger', query: `owner=${owner}` }),
    ],
    ['not_found', 'a workspace that the token does not reach', { claims: { paths: ['elsewhere/*'] } }],
    [
      'validation_failed',
      'an owner that is said twice',
      { query: 'owner=a&owner=b' },
      { errors: [expect.objectContaining({ pointer: 'owner' })] },
    ],
    [
      'validation_failed',
      'a parameter that is not known',
      { query: 'onwer=a' },
      { errors: [{ pointer: 'onwer', message: 'is not a known field' }] },
    ],
  ];
}

function ofPanelId({ method }: Route): Rows {
  // One that is no route of its own for this method.
  const reserved = method === 'GET' ? 'transaction' : 'changes';
  return [
    ['invalid_id', 'a panel id with a space', { path: { panelId: 'a%20b' } }, { field: 'panelId' }],
    ['invalid_id', 'a reserved panel id', { path: { panelId: reserved } }, { field: 'panelId' }],
    [
      'invalid_id',
      'a panel id that is too long',
      { path: { panelId: 'x'.repeat(256) } },
      { field: 'panelId' },
    ],
    ['not_found', 'a panel that the token does not reach', { claims: { paths: ['ws/other'] } }],
  ];
}

/** What a route has no use for is refused: nobody is to believe that it was honoured. */
function ofPreconditions({ method, requestHeaders }: Route): Rows {
  const names = [
    'If-Match',
    'If-Unmodified-Since',
    'Nexus-Lock',
    ...(method === 'GET' ? [] : ['If-None-Match']),
  ];
  return names
    .filter((name) => !requestHeaders.has(name))
    .map((name) => [
      'validation_failed',
      `${name}, which has no meaning for it`,
      { headers: { [name]: '"2"' } },
      { errors: [{ pointer: name, message: expect.any(String) }] },
    ]);
}

const keyProblem = { errors: [{ pointer: 'Idempotency-Key', message: expect.any(String) }] };

const ofIdempotencyKeys: Rows = [
  [
    'validation_failed',
    'an idempotency key that is empty',
    { headers: { 'idempotency-key': '' } },
    keyProblem,
  ],
  [
    'validation_failed',
    'an idempotency key that is too long',
    { headers: { 'idempotency-key': 'k'.repeat(256) } },
    keyProblem,
  ],
  [
    'idempotency_key_reused',
    'a key that another request has used',
    ({ usedKey }) => ({ headers: { 'idempotency-key': usedKey } }),
  ],
];

function ofBody({ body, headers, freeBody = false }: Sample): Rows {
  const json = { 'content-type': headers?.['content-type'] ?? 'application/json' };
  const ofShape: Rows = [['validation_failed', 'a body that is no object', { body: '7', headers: json }]];
  const ofFields: Rows = [
    [
      'validation_failed',
      'a field that is not known',
      { body: { ...Object(body), bogus: 1 } },
      unknown('/bogus'),
    ],
  ];
  return [
    ...(freeBody ? [] : ofFields),
    ['malformed_json', 'a body that ends too early', { body: broken, headers: json }],
    ['malformed_json', 'an object with a member twice', { body: '{"a":1,"a":1}', headers: json }],
    [
      'unsupported_value',
      'a number that would be infinite',
      { body: '[1e400]', headers: json },
      { pointer: '/0' },
    ],
    ['state_too_deep', 'brackets without an end', { body: '['.repeat(1_000_000), headers: json }],
    ['body_too_large', 'too many values', { body: `[${'0,'.repeat(1_100_000)}0]`, headers: json }],
    ['unsupported_media_type', 'plain text', { body: 'x', headers: { 'content-type': 'text/plain' } }],
    ['unsupported_media_type', 'a form', { body: 'a=1', headers: { 'content-type': 'multipart/form-data' } }],
    ['body_too_large', 'more than it reads', { body: JSON.stringify(hugeText), headers: json }],
    ...(body === undefined || freeBody ? [] : ofShape),
  ];
}

function unknown(pointer: string) {
  return { errors: [{ pointer, message: 'is not a known field' }] };
}
