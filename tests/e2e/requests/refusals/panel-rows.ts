import type { casesOf } from './refusal-case';

export type Rows = Parameters<typeof casesOf>[1];

export const panel = '/api/state/{workspaceId}/{panelId}';
export const missing = { path: { panelId: 'missing' } };
export const large = { text: 'x'.repeat(1024 * 1024) };
export const pointer = (at: string) => ({ errors: [expect.objectContaining({ pointer: at })] });
export const jsonPatch = { 'content-type': 'application/json-patch+json' };
export const mergePatch = { 'content-type': 'application/merge-patch+json' };

/** A state that is nested too deep, as text. */
export const deep = `${'{"a":'.repeat(129)}1${'}'.repeat(129)}`;

/** What a state cannot be, sent as one field of a body. */
export function ofStates(field: string, rest: string): Rows {
  return [
    ['state_too_large', 'a state over the limit', { body: `{"${field}":${JSON.stringify(large)}${rest}}` }],
    ['state_too_deep', 'a state that nests too deep', { body: `{"${field}":${deep}${rest}}` }],
    [
      'unsupported_value',
      'an integer that would be rounded',
      { body: `{"${field}":{"n":9007199254740993}${rest}}` },
      { pointer: `/${field}/n` },
    ],
    [
      'unsupported_value',
      'a lone surrogate',
      { body: `{"${field}":{"a":"\\ud800"}${rest}}` },
      { pointer: `/${field}/a` },
    ],
    [
      'unsupported_value',
      'a number that would become 0',
      { body: `{"${field}":{"list":[1,1e-400]}${rest}}` },
      { pointer: `/${field}/list/1` },
    ],
    ['malformed_json', 'a member twice', { body: `{"${field}":{"a":1,"b":2,"a":3}${rest}}` }],
    ['malformed_json', 'an empty body', { body: '' }],
  ];
}

/** What a write may meet that says which version it is based on. */
export function ofVersions(body: Readonly<Record<string, unknown>>): Rows {
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
