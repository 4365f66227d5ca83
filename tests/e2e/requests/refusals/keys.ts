import { type RefusalCase, casesOf } from './refusal-case';

type Rows = Parameters<typeof casesOf>[1];

const mergePatch = { 'content-type': 'application/merge-patch+json' };
const large = { value: 'x'.repeat(1_048_577) };
const pointer = (at: string) => ({ errors: [expect.objectContaining({ pointer: at })] });

/** What every route of one key refuses. @param root what stands before a key in its path */
const ofKey = (root: string): Rows => [
  ['invalid_key', 'an empty segment', { path: { key: `${root}a%2F%2Fb` } }, { reason: expect.any(String) }],
  ['invalid_key', 'a segment that leads upwards', { path: { key: `${root}a%2F..%2Fb` } }],
  ['invalid_key', 'a control character', { path: { key: `${root}a%01` } }],
  ['invalid_key', 'a key that is too long', { path: { key: `${root}${'x'.repeat(1_025)}` } }],
  ['not_found', 'a key that the token does not reach', { claims: { paths: ['/other/*'] } }, { key: '/k' }],
];

const ofParameters: Rows = [
  ['validation_failed', 'a key that is named twice', { query: 'key=/k' }, pointer('key')],
  ['validation_failed', 'a parameter that is not known', { query: 'kye=/k' }, pointer('kye')],
];

const nothing = (root: string): Rows => [
  ['not_found', 'a key that holds nothing', { path: { key: `${root}none` } }, { key: '/none' }],
];

const unreadable: Rows = [
  [
    'secret_unreadable',
    'a sensitive value whose encryption key is not here',
    {},
    { key: '/k', reason: 'no encryption key is configured' },
    'with a value that another service has encrypted',
  ],
];

const ofHeaders: Rows = [
  [
    'precondition_failed',
    'an older version in If-Match',
    { headers: { 'if-match': '"7"' } },
    { key: '/k', currentVersion: 1 },
  ],
  ['precondition_failed', 'a creation of what is there', { headers: { 'if-none-match': '*' } }],
];

const ofPut: Rows = [
  [
    'version_conflict',
    'a version that is not the current one',
    { body: { value: 1, version: 7 } },
    { key: '/k', currentVersion: 1 },
  ],
  ['value_too_large', 'a value over 1 MiB', { body: large }, { limitBytes: 1_048_576 }],
  ['encryption_not_configured', 'a sensitive value', { body: { value: 1, sensitive: true } }],
  ['unsupported_value', 'a lone surrogate', { body: '{"value":"\\ud800"}' }],
  ['validation_failed', 'no value', { body: {} }, pointer('/value')],
  ['validation_failed', 'an encoding that is not known', { body: { value: 'a', encoding: 'hex' } }],
  ['validation_failed', 'no Base64', { body: { value: '%', encoding: 'base64' } }, pointer('/value')],
  ['validation_failed', 'a time to live of 0', { body: { value: 1, ttlSeconds: 0 } }, pointer('/ttlSeconds')],
  [
    'validation_failed',
    'a version that contradicts If-Match',
    { body: { value: 1, version: 1 }, headers: { 'if-match': '"2"' } },
    pointer('/version'),
  ],
];

const transaction = (...operations: unknown[]) => ({
  body: { transaction: [{ set: { key: '/other', value: 1 } }, ...operations] },
});
const second = { transactionIndex: 1 };

/** What concerns keys. */
export const refusalsOfKeys: readonly RefusalCase[] = [
  ...casesOf('GET /api/kv/{key}', [...ofKey(''), ...nothing(''), ...ofParameters, ...unreadable]),
  ...casesOf('PUT /api/kv/{key}', [...ofKey(''), ...ofParameters, ...ofHeaders, ...ofPut]),
  ...casesOf('PATCH /api/kv/{key}', [
    ...ofKey(''),
    ...nothing(''),
    ...ofParameters,
    ...ofHeaders,
    [
      'version_conflict',
      'a version that is not the current one',
      { query: 'version=7' },
      { currentVersion: 1 },
    ],
    ['not_json', 'a merge into bytes', { path: { key: 'bytes' } }, { key: '/bytes' }],
    ['value_too_large', 'what would be over 1 MiB', { body: large }],
    ['validation_failed', 'a time to live of 0', { query: 'ttlSeconds=0' }, pointer('ttlSeconds')],
    ['malformed_json', 'an empty body', { body: '', headers: mergePatch }],
    ...unreadable,
  ]),
  ...casesOf('DELETE /api/kv/{key}', [
    ...ofKey(''),
    ...nothing(''),
    ...ofParameters,
    ...ofHeaders,
    [
      'version_conflict',
      'a version that is not the current one',
      { body: { version: 7 } },
      { currentVersion: 1 },
    ],
  ]),
  ...casesOf('GET /state/{key}', [...ofKey('%2F'), ...nothing('%2F'), ...unreadable]),
  ...casesOf('PUT /state/{key}', [...ofKey('%2F'), ...ofHeaders, ...ofPut]),
  ...casesOf('GET /api/kv', [
    ['invalid_key', 'a prefix with a control character', { query: 'prefix=%01' }],
    ['validation_failed', 'a limit over 1,000', { query: 'limit=1001' }, pointer('limit')],
    ['validation_failed', 'a cursor that nobody gave out', { query: 'cursor=%25' }, pointer('cursor')],
  ]),
  ...casesOf('POST /api/kv', [
    ['validation_failed', 'no operation', { body: { transaction: [] } }, pointer('/transaction')],
    ['validation_failed', 'an operation that is none', transaction({ put: {} }), pointer('/transaction/1')],
    [
      'validation_failed',
      'a field of an operation that is not known',
      transaction({ set: { key: '/k', value: 1, ttl: 5 } }),
      pointer('/transaction/1/set/ttl'),
    ],
    [
      'validation_failed',
      'a key that is written twice',
      transaction({ delete: { key: '/other' } }),
      pointer('/transaction/1'),
    ],
    ['invalid_key', 'a key that is none', transaction({ delete: { key: '/k/' } }), { key: '/k/' }],
    [
      'not_found',
      'a key that the token does not reach',
      { ...transaction({ check: { key: '/k', version: 1 } }), claims: { paths: ['/other'] } },
      { ...second, key: '/k' },
    ],
    [
      'version_conflict',
      'a check that does not hold',
      transaction({ check: { key: '/k', version: 7 } }),
      { ...second, key: '/k', expected: 7, currentVersion: 1 },
    ],
    ['value_too_large', 'a value over 1 MiB', transaction({ set: { key: '/k', ...large } })],
    [
      'encryption_not_configured',
      'a sensitive value',
      transaction({ set: { key: '/k', value: 1, sensitive: true } }),
    ],
  ]),
  ...casesOf('GET /api/watch', [
    ['invalid_key', 'a pattern that is none', { query: 'pattern=/a*' }],
    ['validation_failed', 'a revision that is not reached', { query: 'since=9' }, pointer('since')],
    [
      'compacted',
      'changes that are no longer kept',
      { query: 'since=0' },
      { oldestRevision: 4 },
      'with changes of keys forgotten',
    ],
  ]),
];
