import { type RefusalCase, casesOf } from './refusal-case';
import { deep, large, pointer } from './panel-rows';

const state = '/api/state/{workspaceId}';
const changing = (fields: object) => ({
  body: { title: 'Title', changes: [{ panelId: 'panel', version: 2, ...fields }] },
});
/** A proposal of a state, as text. */
const stating = (text: string) => ({
  body: `{"title":"Title","changes":[{"panelId":"panel","version":2,"state":${text}}]}`,
});
const tooMany = Array.from({ length: 1001 }, () => ({ op: 'inc', path: '/n', value: 1 }));

/** Turns, undo, proposals and approval rules. */
export const refusalsOfAi: readonly RefusalCase[] = [
  ...casesOf(`POST ${state}/turns`, [
    ['validation_failed', 'a policy that is none', { body: { agent: 'a', policy: 'x' } }, pointer('/policy')],
  ]),
  ...casesOf(`GET ${state}/turns`, [
    ['validation_failed', 'a cursor that nobody gave out', { query: 'cursor=nonsense' }, pointer('cursor')],
  ]),
  ...casesOf(`GET ${state}/turns/{turnId}`, [
    ['not_found', 'a turn that never was', { path: { turnId: 'none' } }, { turnId: 'none' }],
  ]),
  ...['commit', 'abort'].flatMap((end) =>
    casesOf(`POST ${state}/turns/{turnId}/${end}`, [
      ['not_found', 'a turn that never was', { path: { turnId: 'none' } }, { turnId: 'none' }],
      [
        'turn_ended',
        'a turn that has ended',
        ({ prepared }) => ({ path: { turnId: prepared['ended'] as string } }),
        { state: 'committed' },
      ],
    ]),
  ),
  ...casesOf(`POST ${state}/undo`, [
    ['validation_failed', 'an undo of nothing in particular', { body: {} }, pointer('')],
  ]),
  ...casesOf(`POST ${state}/proposals`, [
    ['validation_failed', 'no change', { body: { title: 'Title', changes: [] } }, pointer('/changes')],
    ['patch_failed', 'what cannot be applied', changing({ patches: [{ op: 'remove', path: '/none' }] })],
    ['patch_too_large', 'a patch of too many operations', changing({ patches: tooMany })],
    ['version_conflict', 'a version that is not there yet', changing({ version: 9, delete: true })],
    ['state_too_large', 'a state over the limit', stating(JSON.stringify(large))],
    ['state_too_deep', 'a state that nests too deep', stating(deep)],
    ['unsupported_value', 'a lone surrogate', stating('{"a":"\\ud800"}')],
  ]),
  ...casesOf(`GET ${state}/proposals`, [
    ['validation_failed', 'a state that is none', { query: 'state=x' }, pointer('state')],
  ]),
  ...casesOf(`POST ${state}/proposals/{proposalId}/approve`, [
    ['validation_failed', 'no operations', { body: { operations: [] } }, pointer('/operations')],
    [
      'merge_conflict',
      'what collides',
      ({ prepared }) => ({ path: { proposalId: prepared['colliding'] as string } }),
      { panelId: 'panel' },
    ],
  ]),
  ...['approve', 'reject', 'withdraw'].flatMap((end) =>
    casesOf(`POST ${state}/proposals/{proposalId}/${end}`, [
      ['not_found', 'a proposal that never was', { path: { proposalId: 'none' } }, { proposalId: 'none' }],
      [
        'proposal_closed',
        'a proposal that is closed',
        ({ prepared }) => ({ path: { proposalId: prepared['closed'] as string } }),
        { state: 'withdrawn' },
      ],
    ]),
  ),
];
