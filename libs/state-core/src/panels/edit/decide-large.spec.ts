import {
  type JsonObject,
  type JsonValue,
  type StateError,
  canonicalJson,
  noteSource,
} from '@nexus-state/documents';
import { aPanelKey } from '../../testing/panel-builders';
import type { ChangeDraft, CurrentPanel, Decision } from '../group-commit';
import { inProcess } from '../large';
import { type Limits, type UndatedChange, defaultLimits, stateContent } from '../model';
import { type EditRequest, type UnseenHistory, decideEdit } from './decide-edit';
import { decideFairly, nothingSeen } from './decide-large';
import type { Edit } from './edit';
import { checkEdit, checkFairly } from './prepare-edit';

const key = aPanelKey();
const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };
const work = { limits: defaultLimits, large: inProcess };
const any = { kind: 'any' } as const;

const members = (n: number, value: number): JsonObject =>
  Object.fromEntries(Array.from({ length: n }, (_, index) => [`k${index}`, value]));
const large = members(10_000, 1);

function panelOf(state: JsonObject, version = 3): CurrentPanel {
  return { ...stateContent(state, defaultLimits), version, deleted: false };
}

/** A value as the reader of bodies gives it. */
function sent<T>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  noteSource(copy as JsonValue, JSON.stringify(value));
  return copy;
}

type Sent = Exclude<Edit, { readonly kind: 'revert' }>;

const edits: Readonly<Record<string, Sent>> = {
  'a creation': { kind: 'create', state: sent(members(9_000, 2)) },
  'a replacement': { kind: 'replace', state: sent(members(9_000, 2)) },
  'a small replacement': { kind: 'replace', state: { a: 1 } },
  'a small patch': { kind: 'patch', patch: [{ op: 'inc', path: '/k1', value: 2 }] },
  'a large patch': { kind: 'patch', patch: sent([{ op: 'add', path: '/new', value: members(5_000, 3) }]) },
  'a patch that fails': { kind: 'patch', patch: [{ op: 'remove', path: '/none' }] },
  'a patch that leads to too much': {
    kind: 'patch',
    patch: sent([{ op: 'add', path: '/new', value: 'x'.repeat(1024 * 1024 - 100) }]),
  },
  'a merge patch': { kind: 'merge-patch', document: { k1: null, k2: 5, other: 1 } },
  'a merge patch that makes no object': { kind: 'merge-patch', document: sent(members(9_000, 1)) },
  'a deletion': { kind: 'delete' },
};

/** What a decision comes to, as far as it is stored: the texts of state and patch, or the code of the refusal. */
async function told(decide: () => Decision | Promise<Decision>): Promise<unknown> {
  try {
    const decision = await decide();
    return decision.outcome === 'change' ? storedOf(decision.draft) : decision.outcome;
  } catch (error) {
    const { code, message, facts } = error as StateError;
    return { code, message, facts: JSON.parse(JSON.stringify(facts)) as unknown };
  }
}

function storedOf(draft: ChangeDraft) {
  const { stateText, checksum, stateSizeBytes, state } = draft.content;
  return {
    ...{ changeType: draft.changeType, baseVersion: draft.baseVersion, facts: draft.facts },
    content: { stateText, checksum, stateSizeBytes, state },
    patch: draft.patch,
    patchText: draft.largePatch?.text ?? canonicalJson(draft.patch as unknown as JsonValue),
  };
}

async function both(edit: Sent, current: CurrentPanel | undefined, history?: UnseenHistory) {
  const expectation = history ? ({ kind: 'version', version: 1 } as const) : any;
  const around = { key, expectation, onConflict: 'merge', origin, facts: { n: 1 } } as const;
  const seen = { ...nothingSeen, history };
  const requestOf = (prepared: EditRequest['edit']): EditRequest => ({ ...around, edit: prepared });
  return {
    fairly: await told(async () =>
      decideFairly(requestOf(await checkFairly(edit, work)), current, seen, work),
    ),
    plainly: await told(() =>
      decideEdit(requestOf(checkEdit(edit, defaultLimits)), current, seen, defaultLimits),
    ),
  };
}

describe('decideFairly comes to the same as decideEdit', () => {
  it.each(Object.entries(edits))('for %s of a large panel', async (_, edit) => {
    const { fairly, plainly } = await both(edit, panelOf(large));
    expect(fairly).toEqual(plainly);
  });

  it.each(Object.entries(edits))('for %s where nothing is', async (_, edit) => {
    const { fairly, plainly } = await both(edit, undefined);
    expect(fairly).toEqual(plainly);
  });

  it.each(Object.entries(edits))('for %s of a small panel', async (_, edit) => {
    const { fairly, plainly } = await both(edit, panelOf({ k1: 1, k2: 2 }));
    expect(fairly).toEqual(plainly);
  });

  it.each(Object.entries(edits))('for %s that is merged with a conflicting change', async (_, edit) => {
    const patch = [{ op: 'replace', path: '/k2', value: 9 }] as const;
    const change = {
      version: 2,
      changeType: 'updated',
      patch,
      changeSizeBytes: 50,
    } as unknown as UndatedChange;
    const history = { base: stateContent(large, defaultLimits), changes: [change] };
    const { fairly, plainly } = await both(edit, panelOf({ ...large, k2: 9 }, 2), history);
    expect(fairly).toEqual(plainly);
  });
});

it('decides at once what is small', () => {
  const request = {
    key,
    edit: checkEdit(edits['a small patch'] as Sent, defaultLimits),
    expectation: any,
  } as const;
  const decision = decideFairly(
    { ...request, onConflict: 'merge', origin },
    panelOf({ k1: 1 }),
    nothingSeen,
    work,
  );
  expect(decision).not.toBeInstanceOf(Promise);
});

it('does not parse the state and the patch of a large change', async () => {
  const limits: Limits = defaultLimits;
  const edit = await checkFairly(edits['a replacement'] as Sent, { limits, large: inProcess });
  const decision = await decideFairly(
    { key, edit, expectation: any, onConflict: 'reject', origin },
    panelOf(large),
    nothingSeen,
    work,
  );
  if (decision.outcome !== 'change') throw new Error('It was not decided.');
  const isLazy = (object: object, name: string) =>
    Object.getOwnPropertyDescriptor(object, name)?.get !== undefined;
  expect([isLazy(decision.draft, 'patch'), isLazy(decision.draft.content, 'state')]).toEqual([true, true]);
});
