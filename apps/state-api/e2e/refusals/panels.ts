import { type RefusalCase, casesOf } from './refusal-case';

type Rows = Parameters<typeof casesOf>[1];

const panel = '/api/state/{workspaceId}/{panelId}';
const missing = { path: { panelId: 'missing' } };
const large = { text: 'x'.repeat(1024 * 1024) };
const pointer = (at: string) => ({ errors: [expect.objectContaining({ pointer: at })] });
const jsonPatch = { 'content-type': 'application/json-patch+json' };

/** A state that is nested too deep, as text. */
const deep = `${'{"a":'.repeat(129)}1${'}'.repeat(129)}`;

/** What a state cannot be, sent as one field of a body. */
function ofStates(field: string, rest: string): Rows {
  return [
    ['state_too_large', 'a state over the limit', { body: `{"${field}":${JSON.stringify(large)}${rest}}` }],
    ['state_too_deep', 'a state that nests too deep', { body: `{"${field}":${deep}${rest}}` }],
    [
      'unsupported_value',
      'an integer that would be rounded',
      { body: `{"${field}":{"n":9007199254740993}${rest}}` },
      { pointer: '/n' },
    ],
    [
      'unsupported_value',
      'a lone surrogate',
      { body: `{"${field}":{"a":"\\ud800"}${rest}}` },
      { pointer: '/a' },
    ],
  ];
}

/** What a write may meet that says which version it is based on. */
function ofVersions(body: Readonly<Record<string, unknown>>): Rows {
  const { version: _, ...unversioned } = body;
  return [
    ['not_found', 'a panel that is not there', missing, { panelId: 'missing' }],
    [
      'version_conflict',
      'a version that is not reached yet',
      { body: { ...body, version: 9 } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    [
      'version_conflict',
      'an older version, where merging is not wanted',
      { body: { ...body, version: 1, onConflict: 'reject' } },
      { currentVersion: 2 },
    ],
    [
      'precondition_failed',
      'an older version in If-Match',
      { body: unversioned, headers: { 'if-match': '"1"' } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    ['version_required', 'a change that is based on nothing', { body: unversioned }],
    [
      'validation_failed',
      'an If-Match that is no tag',
      { headers: { 'if-match': '2' } },
      pointer('If-Match'),
    ],
    [
      'validation_failed',
      'an If-Match that contradicts the body',
      { headers: { 'if-match': '"1"' } },
      pointer('/version'),
    ],
    ['validation_failed', 'a version below 0', { body: { ...body, version: -1 } }, pointer('/version')],
    ['too_much_contention', 'a change that others overtake each time', {}, { panelId: 'panel' }, 'overtaken'],
  ];
}

const replacing = { state: { n: 3 }, version: 2 };
const patching = { patches: [{ op: 'inc', path: '/n', value: 1 }], version: 2 };
const patch = (...patches: object[]) => ({ body: { patches, version: 2 } });

/** Panels: made, read, replaced, patched and deleted. */
export const refusalsOfPanels: readonly RefusalCase[] = [
  ...casesOf(`POST ${panel}`, [
    [
      'already_exists',
      'a panel that is there',
      { path: { panelId: 'panel' } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    [
      'precondition_failed',
      'a panel that is there, where If-None-Match wants none',
      { path: { panelId: 'panel' }, headers: { 'if-none-match': '*' } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    ...ofStates('initialState', ''),
    ['validation_failed', 'a body without a state', { body: {} }, pointer('/initialState')],
    [
      'validation_failed',
      'a trigger with a zero byte',
      { body: { initialState: {}, triggeredBy: 'a\u0000' } },
      pointer('/triggeredBy'),
    ],
    [
      'validation_failed',
      'a trigger that is empty',
      { body: { initialState: {}, triggeredBy: '' } },
      pointer('/triggeredBy'),
    ],
    [
      'too_much_contention',
      'a panel that others make and delete each time',
      {},
      { panelId: 'new' },
      'overtaken',
    ],
  ]),
  ...casesOf(`GET ${panel}`, [
    ['not_found', 'a panel that is not there', missing, { panelId: 'missing' }],
    ['not_found', 'a version that never was', { query: 'version=9' }, { panelId: 'panel', version: 9 }],
    ['not_found', 'an instant before the panel', { query: 'at=2001-01-01T00:00:00Z' }, { panelId: 'panel' }],
    [
      'path_not_found',
      'a pointer that leads nowhere',
      { query: 'path=/nowhere' },
      { panelId: 'panel', path: '/nowhere' },
    ],
    ['path_not_found', 'what is no pointer', { query: 'path=n' }, { path: 'n' }],
    ['validation_failed', 'a version that is no number', { query: 'version=two' }, pointer('version')],
    ['validation_failed', 'an instant that is only a day', { query: 'at=2030-01-01' }, pointer('at')],
    [
      'validation_failed',
      'a version beside an instant',
      { query: 'version=1&at=2030-01-01T00:00:00Z' },
      pointer('at'),
    ],
    [
      'validation_failed',
      'what is neither true nor false',
      { query: 'include_history=yes' },
      pointer('includeHistory'),
    ],
  ]),
  ...casesOf(`PUT ${panel}`, [
    ...ofVersions(replacing),
    ...ofStates('state', ',"version":2'),
    [
      'already_exists',
      'a panel that is there, where the body wants none',
      { body: { state: {}, version: 0 } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    [
      'precondition_failed',
      'a panel that is there, where If-None-Match wants none',
      { body: { state: {} }, headers: { 'if-none-match': '*' } },
      { currentVersion: 2 },
    ],
    [
      'merge_conflict',
      'a change of what others changed',
      { body: { state: { n: 7, text: 'old' }, version: 1, onConflict: 'merge' } },
      { baseVersion: 1, currentVersion: 2, conflicts: [{ path: '/n', yours: 7, theirs: 2 }] },
    ],
    [
      'validation_failed',
      'a policy that is none',
      { body: { ...replacing, onConflict: 'win' } },
      pointer('/onConflict'),
    ],
  ]),
  ...casesOf(`PATCH ${panel}`, [
    ...ofVersions(patching),
    [
      'validation_failed',
      'a version in the query that contradicts the body',
      { query: 'version=1' },
      pointer('/version'),
    ],
    [
      'merge_conflict',
      'a change of what others changed',
      { body: { patches: [{ op: 'replace', path: '/n', value: 7 }], version: 1 } },
      { baseVersion: 1, currentVersion: 2, conflicts: [{ path: '/n', yours: 7, theirs: 2 }] },
    ],
    [
      'patch_failed',
      'a patch of what is not there',
      patch({ op: 'replace', path: '/n', value: 1 }, { op: 'remove', path: '/nowhere' }),
      { operationIndex: 1, path: '/nowhere', reason: expect.any(String) },
    ],
    [
      'patch_failed',
      'a test that is not met',
      patch({ op: 'test', path: '/n', value: 9 }),
      { operationIndex: 0, path: '/n' },
    ],
    [
      'patch_too_large',
      'a patch of more operations than allowed',
      patch(...Array.from({ length: 1001 }, () => ({ op: 'inc', path: '/n', value: 1 }))),
      { operations: 1001, limit: 1000 },
    ],
    ['state_too_large', 'what makes the state too large', patch({ op: 'add', path: '/x', value: large })],
    [
      'state_too_deep',
      'what makes the state too deep',
      { body: `{"patches":[{"op":"add","path":"/x","value":${deep}}],"version":2}` },
    ],
    [
      'unsupported_value',
      'what makes the state no object',
      patch({ op: 'replace', path: '', value: [] }),
      { pointer: '' },
    ],
    [
      'validation_failed',
      'an operation that is none',
      { body: [{ op: 'jump', path: '/n' }], headers: { ...jsonPatch, 'if-match': '"2"' } },
      pointer('/0/op'),
    ],
    [
      'version_required',
      'a bare patch that is based on nothing',
      { body: [{ op: 'inc', path: '/n', value: 1 }], headers: jsonPatch },
    ],
    ['unsupported_media_type', 'no body at all', { body: null }, { supported: expect.any(Array) }],
  ]),
  ...casesOf(`DELETE ${panel}`, [
    ['not_found', 'a panel that is not there', missing, { panelId: 'missing' }],
    [
      'not_found',
      'a panel that is not there, which is what it wants',
      { ...missing, headers: { 'if-none-match': '*' } },
      { panelId: 'missing' },
    ],
    [
      'precondition_failed',
      'an older version',
      { headers: { 'if-match': '"1"' } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    [
      'version_conflict',
      'an older version in the body',
      { body: { version: 1 } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    [
      'validation_failed',
      'a version in the body that contradicts If-Match',
      { body: { version: 1 }, headers: { 'if-match': '"2"' } },
      pointer('/version'),
    ],
    [
      'validation_failed',
      'an If-Match that is no tag',
      { headers: { 'if-match': '2' } },
      pointer('If-Match'),
    ],
    [
      'too_much_contention',
      'a deletion that others overtake each time',
      {},
      { panelId: 'panel' },
      'overtaken',
    ],
  ]),
];
