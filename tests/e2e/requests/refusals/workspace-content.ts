import { type RefusalCase, casesOf } from './refusal-case';
import { expensiveQuery, queryTimeoutMs } from './faulty-services';

const at = '/api/state/{workspaceId}';
const pointer = (where: string) => ({ errors: [expect.objectContaining({ pointer: where })] });
const transaction = (...operations: unknown[]) => ({
  body: { operations: [{ op: 'set', panelId: 'other', state: {} }, ...operations] },
});
/** A state that is nested too deep, as text. */
const deep = `${'{"a":'.repeat(129)}1${'}'.repeat(129)}`;
const second = { transactionIndex: 1 };
const tooMany = Array.from({ length: 1001 }, () => ({ op: 'inc', path: '/n', value: 1 }));

/** What concerns several panels: lists, history, the feed, queries and transactions. */
export const refusalsOfContent: readonly RefusalCase[] = [
  ...casesOf(`GET ${at}`, [
    ['validation_failed', 'a limit of 0', { query: 'limit=0' }, pointer('limit')],
    ['validation_failed', 'a limit over 1,000', { query: 'limit=1001' }, pointer('limit')],
    ['validation_failed', 'a cursor that nobody gave out', { query: 'cursor=nonsense' }, pointer('cursor')],
  ]),
  ...casesOf(`GET ${at}/{panelId}/history`, [
    ['not_found', 'a panel that never was', { path: { panelId: 'missing' } }, { panelId: 'missing' }],
    ['validation_failed', 'a limit over 1,000', { query: 'limit=1001' }, pointer('limit')],
    ['validation_failed', 'an offset below 0', { query: 'offset=-1' }, pointer('offset')],
    ['validation_failed', 'an instant that is none', { query: 'since=yesterday' }, pointer('since')],
    ['validation_failed', 'a leap second', { query: 'until=2016-12-31T23:59:60Z' }, pointer('until')],
  ]),
  ...casesOf(`GET ${at}/{panelId}/blame`, [
    ['not_found', 'a panel that never was', { path: { panelId: 'missing' } }, { panelId: 'missing' }],
    ['not_found', 'a version that never was', { query: 'version=99' }, { panelId: 'panel', version: 99 }],
    ['path_not_found', 'a pointer that leads nowhere', { query: 'path=/nowhere' }, { path: '/nowhere' }],
    ['validation_failed', 'a version that is no number', { query: 'version=two' }, pointer('version')],
    [
      'query_too_expensive',
      'a panel of too many values',
      { path: { panelId: 'wide' } },
      { limitValues: 10_000 },
      'with a large panel',
    ],
  ]),
  ...casesOf(`GET ${at}/changes`, [
    ['validation_failed', 'a cursor that nobody gave out', { query: 'cursor=nonsense' }, pointer('cursor')],
    [
      'validation_failed',
      'an event id that nobody gave out',
      { headers: { 'last-event-id': 'x' } },
      pointer('cursor'),
    ],
    [
      'validation_failed',
      'a cursor that the feed has not reached',
      { query: 'cursor=9000000000000000000-0' },
      pointer('cursor'),
    ],
    [
      'not_found',
      'a stream of a workspace that is not there',
      { path: { workspaceId: 'missing' }, headers: { accept: 'TEXT/Event-Stream; q=0.8' } },
      { workspaceId: 'missing' },
    ],
    [
      'validation_failed',
      'a stream that begins at a cursor that nobody gave out',
      { query: 'cursor=nonsense', headers: { accept: 'text/event-stream' } },
      pointer('cursor'),
    ],
  ]),
  ...casesOf(`POST ${at}/query`, [
    ['state_too_deep', 'what nests deeper than a state may', { body: `{"contains":${deep}}` }],
    [
      'state_too_large',
      'more than a state may hold',
      { body: { contains: { text: 'x'.repeat(1024 * 1024) } } },
      { limitBytes: 1024 * 1024 },
    ],
    [
      'unsupported_value',
      'what no state can hold',
      { body: { contains: { a: '\u0000' } } },
      { pointer: '/contains/a' },
    ],
    [
      'validation_failed',
      'a path with a zero byte',
      { body: { jsonPath: '$."\u0000"' } },
      pointer('/jsonPath'),
    ],
    ['validation_failed', 'no criterion', { body: {} }, pointer('')],
    ['validation_failed', 'both criteria', { body: { contains: {}, jsonPath: '$' } }, pointer('')],
    ['validation_failed', 'a path that is none', { body: { jsonPath: '$[' } }, pointer('/jsonPath')],
    ['validation_failed', 'a path with a variable', { body: { jsonPath: '$x' } }, pointer('/jsonPath')],
    [
      'validation_failed',
      'a number too large',
      { body: { jsonPath: '$.n == 1e400000' } },
      pointer('/jsonPath'),
    ],
    [
      'validation_failed',
      'a path that cannot be evaluated',
      { body: { jsonPath: '$.text.datetime("xxx")' } },
      pointer('/jsonPath'),
    ],
    [
      'validation_failed',
      'a path that is too long',
      { body: { jsonPath: '$.a'.repeat(5_000) } },
      pointer('/jsonPath'),
    ],
    [
      'query_too_expensive',
      'a query that takes too long',
      { body: expensiveQuery },
      { limitMs: queryTimeoutMs },
      'with a large panel',
    ],
    ['too_many_queries', 'a query behind too many others', {}, {}, 'with a flood of queries'],
    [
      'validation_failed',
      'a cursor that nobody gave out',
      { body: { contains: {}, cursor: 'x y' } },
      pointer('/cursor'),
    ],
  ]),
  ...casesOf(`POST ${at}/transaction`, [
    ['not_found', 'a panel that is not there', transaction({ op: 'delete', panelId: 'missing' }), second],
    [
      'not_found',
      'a panel that the token does not reach',
      { claims: { paths: ['ws/other'] }, ...transaction({ op: 'delete', panelId: 'panel' }) },
      second,
    ],
    ['invalid_id', 'an id that is none', transaction({ op: 'delete', panelId: 'a/b' }), second],
    [
      'already_exists',
      'a panel that is there, where none is wanted',
      transaction({ op: 'check', panelId: 'panel', version: 0 }),
      { ...second, currentVersion: 2 },
    ],
    [
      'version_conflict',
      'a check that fails',
      transaction({ op: 'check', panelId: 'panel', version: 1 }),
      { ...second, currentVersion: 2 },
    ],
    [
      'patch_failed',
      'a patch that fails',
      transaction({ op: 'patch', panelId: 'panel', patches: [{ op: 'remove', path: '/x' }] }),
      { ...second, operationIndex: 0, path: '/x' },
    ],
    [
      'patch_too_large',
      'a patch of too many',
      transaction({ op: 'patch', panelId: 'panel', patches: tooMany }),
      second,
    ],
    [
      'state_too_large',
      'a state over the limit',
      transaction({ op: 'set', panelId: 'panel', state: { text: 'x'.repeat(1024 * 1024) } }),
      second,
    ],
    [
      'state_too_deep',
      'a state that nests too deep',
      transaction({
        op: 'set',
        panelId: 'panel',
        state: JSON.parse(deep),
      }),
      second,
    ],
    [
      'unsupported_value',
      'a value that cannot be kept',
      transaction({ op: 'set', panelId: 'panel', state: { a: '\u0000' } }),
      { ...second, pointer: '/operations/1/state/a' },
    ],
    [
      'unsupported_value',
      'a value in a patch that cannot be kept',
      transaction({
        op: 'patch',
        panelId: 'panel',
        patches: [{ op: 'add', path: '/x', value: ['\ud800'] }],
      }),
      { ...second, pointer: '/operations/1/patches/0/value/0' },
    ],
    ['malformed_json', 'an empty body', { body: '' }],
    ['validation_failed', 'no operations', { body: { operations: [] } }, pointer('/operations')],
    [
      'validation_failed',
      'an operation that is none',
      transaction({ op: 'jump' }),
      pointer('/operations/1/op'),
    ],
    ['too_much_contention', 'a transaction that others overtake each time', {}, {}, 'overtaken'],
  ]),
];
