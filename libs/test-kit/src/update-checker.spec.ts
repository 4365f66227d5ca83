import { canonicalJson } from '@nexus-state/documents';
import { type PanelTruth, UpdateChecker, type Violation } from './update-checker';

/** A panel that counts: version 1 creates it with 1, each later one adds one. */
function counted(versions: number, deletedAt?: number): PanelTruth {
  const states = Array.from({ length: versions }, (_, index) =>
    index + 1 === deletedAt ? undefined : canonicalJson({ n: index + 1 }),
  );
  return { panelId: 'a', states };
}

type Step = (checker: UpdateChecker) => void;

const subscribe =
  (panelId = 'a', version?: number): Step =>
  (checker) =>
    checker.subscribed(panelId, version);
const event =
  (name: string, fields: object): Step =>
  (checker) =>
    checker.received(name, { panelId: 'a', ...fields });
const sync = (version: number, state: object = { n: version }) => event('state_sync', { version, state });
const created = (version: number) => event('panel_created', { version, state: { n: version } });
const deleted = (version: number) => event('panel_deleted', { version });
const update = (version: number, value = 1) =>
  event('state_update', { version, patch: [{ op: 'inc', path: '/n', value }] });

function check(truth: PanelTruth, ...steps: Step[]): string[] {
  const checker = new UpdateChecker();
  for (const step of steps) step(checker);
  return checker.violations([truth]).map(nameOf);
}

const nameOf = ({ kind, version }: Violation) => `${kind} ${version}`;

describe('what is as promised passes', () => {
  it.each<[string, PanelTruth, Step[]]>([
    ['a panel from its state on', counted(4), [subscribe(), sync(2), update(3), update(4)]],
    ['a panel from a version on', counted(4), [subscribe('a', 2), update(3), update(4)]],
    ['a panel that nothing happens to', counted(4), [subscribe('a', 4)]],
    ['a workspace', counted(3), [subscribe('*'), created(1), update(2), update(3)]],
    ['a reconnect', counted(3), [subscribe(), sync(1), update(2), subscribe('a', 2), update(3)]],
    [
      'a reconnect without a version',
      counted(9),
      [subscribe('*'), sync(1), update(2), subscribe('*'), sync(9)],
    ],
    [
      'a panel that is deleted and made anew',
      counted(4, 3),
      [subscribe(), sync(1), update(2), deleted(3), created(4)],
    ],
    ['a workspace where it is deleted', counted(3, 3), [subscribe('*')]],
    ['other events', counted(1), [subscribe(), sync(1), event('presence', { members: [] })]],
  ])('%s', (_, truth, steps) => {
    expect(check(truth, ...steps)).toEqual([]);
  });
});

describe('what is broken is found', () => {
  it.each<[string, PanelTruth, Step[], string[]]>([
    ['a version that is left out', counted(3), [subscribe(), sync(1), update(3)], ['gap 2']],
    ['the last one that never comes', counted(3), [subscribe(), sync(1), update(2)], ['gap 3']],
    ['nothing at all', counted(3), [subscribe()], ['gap 3']],
    ['nothing at all of a workspace', counted(3), [subscribe('*')], ['gap 3']],
    ['nothing after a version', counted(3), [subscribe('a', 1)], ['gap 2', 'gap 3']],
    [
      'what is lost before a reconnect without a version',
      counted(9),
      [subscribe('*'), sync(1), update(3), subscribe('*'), sync(9)],
      ['gap 2'],
    ],
    [
      'what is lost before a reconnect',
      counted(4),
      [subscribe(), sync(1), update(3), subscribe('a', 3), update(4)],
      ['gap 2'],
    ],
    ['the same one twice', counted(2), [subscribe(), sync(1), update(2), update(2)], ['repeat 2']],
    ['the first one twice', counted(1), [subscribe('*'), created(1), created(1)], ['repeat 1']],
    [
      'one from before a reconnect',
      counted(2),
      [subscribe(), sync(1), update(2), subscribe('a', 2), update(2)],
      ['repeat 2'],
    ],
    ['one that comes too late', counted(3), [subscribe(), sync(1), update(3), update(2)], ['disorder 2']],
    ['another state', counted(1), [subscribe(), sync(1, { n: 7 })], ['wrong-state 1']],
    ['more than the state', counted(1), [subscribe(), sync(1, { n: 1, m: 1 })], ['wrong-state 1']],
    [
      'a patch that leads elsewhere',
      counted(3),
      [subscribe(), sync(1), update(2, 5), update(3)],
      ['wrong-state 2', 'wrong-state 3'],
    ],
    [
      'a patch that cannot be applied',
      counted(2),
      [subscribe(), sync(1), event('state_update', { version: 2, patch: [{ op: 'remove', path: '/m' }] })],
      ['wrong-state 2'],
    ],
    [
      'no patch',
      counted(2),
      [subscribe(), sync(1), event('state_update', { version: 2 })],
      ['wrong-state 2'],
    ],
    ['a deletion that was none', counted(2), [subscribe(), sync(1), deleted(2)], ['wrong-state 2']],
    [
      'an update of what was deleted',
      counted(3, 2),
      [subscribe(), sync(1), deleted(2), update(3)],
      ['wrong-state 3'],
    ],
    ['a version that never was', counted(1), [subscribe(), sync(1), update(2)], ['wrong-state 2']],
    ['an update in place of a deletion', counted(2, 2), [subscribe(), sync(1), update(2)], ['wrong-state 2']],
    ['an update before the state', counted(2), [subscribe(), update(2)], ['wrong-beginning 2']],
    [
      'an older state than before',
      counted(3),
      [subscribe('*'), sync(2), update(3), subscribe('*'), sync(2), update(3)],
      ['wrong-beginning 2'],
    ],
    ['a state amid updates', counted(4), [subscribe(), sync(1), sync(3), update(4)], ['restart 3']],
    ['a state in place of what was missed', counted(2), [subscribe('a', 1), sync(2)], ['restart 2']],
  ])('%s', (_, truth, steps, violations) => {
    expect(check(truth, ...steps)).toEqual(violations);
  });

  it('in the panel where it happened', () => {
    const checker = new UpdateChecker();
    checker.subscribed('*');
    checker.received('state_sync', { panelId: 'a', version: 1, state: { n: 1 } });
    checker.received('state_sync', { panelId: 'b', version: 1, state: { n: 1 } });
    checker.received('state_update', {
      panelId: 'b',
      version: 2,
      patch: [{ op: 'inc', path: '/n', value: 1 }],
    });
    const truth = [counted(2), { ...counted(2), panelId: 'b' }];
    expect(checker.isComplete(truth)).toBe(false);
    expect(checker.violations(truth)).toEqual([{ kind: 'gap', panelId: 'a', version: 2 }]);
    checker.received('state_update', {
      panelId: 'a',
      version: 2,
      patch: [{ op: 'inc', path: '/n', value: 1 }],
    });
    expect(checker.isComplete(truth)).toBe(true);
    expect(checker.violations(truth)).toEqual([]);
    expect([checker.delivered, checker.lastVersion('a'), checker.lastVersion('c')]).toEqual([
      4,
      2,
      undefined,
    ]);
  });
});
