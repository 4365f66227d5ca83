import { type JsonObject, type JsonValue, PatchFailed, type StateError } from '@nexus-state/documents';
import type { CurrentPanel, Decision, Seen } from '../group-commit';
import { type UndatedChange, defaultLimits } from '../model';
import { aPanelKey, anAppend } from '../../testing/panel-builders';
import { type EditRequest, type UnseenHistory, decideEdit } from './decide-edit';
import type { ConflictPolicy, Edit } from './edit';
import type { Expectation } from './expectation';
import { checkEdit } from './prepare-edit';

const key = aPanelKey();
const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };
const nothingSeen: Seen<UnseenHistory> = { recent: { newest: [] }, history: undefined };
const start: JsonObject = { list: [], mine: 0 };
const atThree: CurrentPanel = { version: 3, state: { ...start, list: ['a', 'theirs'] }, deleted: false };
const deleted: CurrentPanel = { version: 4, state: start, deleted: true };

const at = (version: number): Expectation => ({ kind: 'version', version });
const any: Expectation = { kind: 'any' };
const absent: Expectation = { kind: 'absent' };
const unspecified: Expectation = { kind: 'unspecified' };

const setMine: Edit = { kind: 'patch', patch: [{ op: 'replace', path: '/mine', value: 1 }] };
const edits = {
  create: { kind: 'create', state: { new: true } },
  replace: { kind: 'replace', state: { new: true } },
  patch: setMine,
  'merge-patch': { kind: 'merge-patch', document: { mine: 1 } },
  delete: { kind: 'delete' },
} as const satisfies Record<string, Edit>;

function requestOf(
  edit: Exclude<Edit, { kind: 'revert' }>,
  expectation: Expectation,
  onConflict: ConflictPolicy = 'reject',
): EditRequest {
  return { key, edit: checkEdit(edit, defaultLimits), expectation, onConflict, origin };
}

const holding = (state: JsonObject) => ({ state, stateText: JSON.stringify(state) });

/** What an edit comes to, in a word: the type of change, what is needed, or the code of the refusal. */
function outcomeOf(decide: () => Decision): string {
  try {
    const decision = decide();
    return decision.outcome === 'change' ? decision.draft.changeType : decision.outcome;
  } catch (error) {
    return (error as StateError).code;
  }
}

/** The changes that led from version 1 to version 3. */
const theirs: readonly UndatedChange[] = [
  ...anAppend(key, 1, [{ state: { ...start, list: ['a'] } }], start).changes,
  ...anAppend(key, 2, [{ state: atThree.state }], { ...start, list: ['a'] }).changes,
];

describe('decideEdit', () => {
  describe.each([
    ['a panel that is there', atThree],
    ['one that was deleted', deleted],
    ['one that never was', undefined],
  ] as const)('on %s', (name, current) => {
    const there = current === atThree;
    const table: [keyof typeof edits, string, Expectation, string][] = [
      ['create', 'nothing', any, there ? 'already_exists' : 'created'],
      ['replace', 'that nothing is there', absent, there ? 'already_exists' : 'created'],
      ['replace', 'nothing', unspecified, there ? 'version_required' : 'not_found'],
      ['replace', 'whatever is there', any, there ? 'updated' : 'not_found'],
      ['replace', 'the newest version', at(3), there ? 'updated' : 'not_found'],
      ['replace', 'an old version', at(2), there ? 'version_conflict' : 'not_found'],
      ['patch', 'nothing', unspecified, there ? 'version_required' : 'not_found'],
      ['patch', 'that nothing is there', absent, there ? 'already_exists' : 'not_found'],
      ['patch', 'the newest version', at(3), there ? 'updated' : 'not_found'],
      ['patch', 'a version of the future', at(9), there ? 'version_conflict' : 'not_found'],
      ['merge-patch', 'the newest version', at(3), there ? 'updated' : 'not_found'],
      ['merge-patch', 'an old version', at(1), there ? 'version_conflict' : 'not_found'],
      ['delete', 'whatever is there', any, there ? 'deleted' : 'not_found'],
      ['delete', 'the newest version', at(3), there ? 'deleted' : 'not_found'],
      ['delete', 'an old version', at(2), there ? 'version_conflict' : 'not_found'],
    ];
    it.each(table)(
      `%s that expects %s comes to the right thing (${name})`,
      (kind, _, expectation, expected) => {
        const request = requestOf(edits[kind], expectation);
        expect(outcomeOf(() => decideEdit(request, current, nothingSeen, defaultLimits))).toBe(expected);
      },
    );
  });

  it.each([
    ['replace', 'merge', 'needs-history'],
    ['patch', 'merge', 'needs-history'],
    ['patch', 'overwrite', 'needs-history'],
    ['merge-patch', 'merge', 'needs-history'],
    ['delete', 'merge', 'version_conflict'],
    ['delete', 'overwrite', 'version_conflict'],
  ] as const)('asks for history before it settles a stale %s with %s', (kind, onConflict, expected) => {
    const request = requestOf(edits[kind], at(1), onConflict);
    expect(outcomeOf(() => decideEdit(request, atThree, nothingSeen, defaultLimits))).toBe(expected);
  });

  it('merges over what was read of history', () => {
    const decision = decideEdit(
      requestOf(setMine, at(1), 'merge'),
      atThree,
      { recent: { newest: [] }, history: { base: holding(start), changes: theirs } },
      defaultLimits,
    );
    expect(decision).toMatchObject({
      outcome: 'change',
      draft: { content: { state: { list: ['a', 'theirs'], mine: 1 } }, baseVersion: 1 },
    });
  });

  it('adds to the number that others came to, where they came to the same sum', () => {
    const before: JsonObject = { o: { n: 1 } };
    const after: JsonObject = { o: { n: 2 } };
    const change = anAppend(key, 1, [{ state: after }], before).changes[0] as UndatedChange;
    const replaced: UndatedChange = { ...change, patch: [{ op: 'replace', path: '/o', value: { n: 2 } }] };
    const increment: Edit = { kind: 'patch', patch: [{ op: 'inc', path: '/o/n', value: 1 }] };
    const decision = decideEdit(
      requestOf(increment, at(1), 'merge'),
      { version: 2, state: after, deleted: false },
      { recent: { newest: [replaced] }, history: { base: holding(before), changes: [] } },
      defaultLimits,
    );
    expect(decision).toMatchObject({
      draft: {
        content: { state: { o: { n: 3 } } },
        patch: [{ op: 'replace', path: '/o/n', value: 3 }],
      },
    });
  });

  it('decides on a change that is not stored yet, where the store has another one under its version', () => {
    const [ours] = anAppend(key, 2, [{ state: { ...start, list: ['a', 'ours'] } }], {
      ...start,
      list: ['a'],
    }).changes;
    const decision = decideEdit(
      requestOf(setMine, at(1), 'merge'),
      { version: 3, state: { ...start, list: ['a', 'ours'] }, deleted: false },
      { recent: { newest: ours ? [ours] : [] }, history: { base: holding(start), changes: theirs } },
      defaultLimits,
    );
    expect(decision).toMatchObject({ draft: { content: { state: { list: ['a', 'ours'], mine: 1 } } } });
  });

  it('decides on an older panel than history has, as a cached one may be', () => {
    const decision = decideEdit(
      requestOf(setMine, at(1), 'merge'),
      { version: 2, state: { ...start, list: ['a'] }, deleted: false },
      { recent: { newest: [] }, history: { base: holding(start), changes: theirs } },
      defaultLimits,
    );
    expect(decision).toMatchObject({ draft: { content: { state: { list: ['a'], mine: 1 } } } });
  });

  it('asks for more history where a gap is left', () => {
    const seen = { recent: { newest: [] }, history: { base: holding(start), changes: theirs.slice(0, 1) } };
    const request = requestOf(setMine, at(1), 'merge');
    expect(outcomeOf(() => decideEdit(request, atThree, seen, defaultLimits))).toBe('needs-history');
  });

  it('never merges over a deletion: what is there now only has the same name', () => {
    const gone = theirs.map((change, index) =>
      index === 0 ? { ...change, changeType: 'deleted' as const } : change,
    );
    const seen = { recent: { newest: [] }, history: { base: holding(start), changes: gone } };
    const request = requestOf(setMine, at(1), 'merge');
    expect(outcomeOf(() => decideEdit(request, atThree, seen, defaultLimits))).toBe('version_conflict');
  });

  it('refuses a patch that does not apply, and a merge patch that makes no object of the state', () => {
    const failing = requestOf({ kind: 'patch', patch: [{ op: 'remove', path: '/none' }] }, any);
    expect(() => decideEdit(failing, atThree, nothingSeen, defaultLimits)).toThrow(PatchFailed);
    const document: JsonValue = 'text';
    expect(() => checkEdit({ kind: 'merge-patch', document }, defaultLimits)).toThrow(/JSON object/);
  });
});
