import { type RefusalCase, casesOf } from './refusal-case';
import { missing, ofStates, ofVersions, panel, pointer } from './panel-rows';

const replacing = { state: { n: 3 }, version: 2 };

/** Panels: made, read, replaced and deleted. */
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
