import type { PresenceMember } from '../ports';
import { PresenceState, type Transfer } from './presence-state';

const member = (connectionId: string, data: PresenceMember['data'] = 1): PresenceMember => ({
  connectionId,
  userId: 'user',
  data,
});

const [kept, fresh, othersGone] = [
  { fresh: false, othersGone: false },
  { fresh: true, othersGone: false },
  { fresh: false, othersGone: true },
];

type Act = (state: PresenceState) => unknown;

const acts = {
  show: (state) => state.show(member('a')),
  hide: (state) => state.hide('a'),
  'hide another': (state) => state.hide('b'),
  'board changed': (state) => state.boardChanged(),
  'lease kept': (state) => state.renewed(kept, 1_000),
  'lease kept for long': (state) => state.renewed(kept, 1_000_000),
  'fresh lease': (state) => state.renewed(fresh, 1_000),
  'others gone': (state) => state.renewed(othersGone, 1_000),
  'begin write': (state) => state.beginWrite(),
  'begin read': (state) => state.beginRead(),
  'write ended': (state) => state.writeEnded(1_000),
  'read ended': (state) => state.readEnded([member('o')]),
  'write failed': (state) => state.failed('write'),
  'read failed': (state) => state.failed('read'),
  announce: (state) => state.announce(),
} satisfies Record<string, Act>;

type Event = keyof typeof acts;

const after = (events: readonly Event[], state = new PresenceState()) => {
  for (const event of events) acts[event](state);
  return state;
};

/** How each state is reached, with one of ours shown and, when reading is done, one of the others known. */
const ways = {
  write: {
    done: ['show', 'begin write', 'write ended'],
    due: ['show'],
    running: ['show', 'begin write'],
    'running, due again': ['show', 'begin write', 'show'],
  },
  read: {
    done: ['begin read', 'read ended'],
    due: [],
    running: ['begin read'],
    'running, due again': ['begin read', 'board changed'],
  },
} satisfies Record<string, Record<Transfer, readonly Event[]>>;

const states: readonly Transfer[] = ['done', 'due', 'running', 'running, due again'];

/** What each state becomes with each event, in the order of `states`; `-` where the event cannot come. */
const table: Record<'write' | 'read', Partial<Record<Event, readonly (Transfer | '-')[]>>> = {
  write: {
    show: ['due', 'due', 'running, due again', 'running, due again'],
    hide: ['due', 'due', 'running, due again', 'running, due again'],
    'hide another': states,
    'board changed': states,
    'lease kept': ['done', 'due', 'running', 'running, due again'],
    'lease kept for long': ['due', 'due', 'running, due again', 'running, due again'],
    'fresh lease': ['due', 'due', 'running, due again', 'running, due again'],
    'others gone': states,
    'begin write': ['done', 'running', 'running', 'running, due again'],
    'begin read': states,
    'read failed': states,
    'write ended': ['-', '-', 'done', 'due'],
    'write failed': ['-', '-', 'due', 'due'],
    announce: states,
  },
  read: {
    show: states,
    hide: states,
    'board changed': ['due', 'due', 'running, due again', 'running, due again'],
    'lease kept': states,
    'lease kept for long': states,
    'fresh lease': states,
    'others gone': ['due', 'due', 'running', 'running, due again'],
    'begin read': ['done', 'running', 'running', 'running, due again'],
    'begin write': states,
    'write failed': states,
    'read ended': ['-', '-', 'done', 'due'],
    'read failed': ['-', '-', 'due', 'due'],
    announce: states,
  },
};

const rows = (['write', 'read'] as const).flatMap((transfer) =>
  Object.entries(table[transfer]).flatMap(([event, nexts]) =>
    nexts.flatMap((next, index) =>
      next === '-' ? [] : [[transfer, states[index] as Transfer, event as Event, next] as const],
    ),
  ),
);

describe('a transfer to or from the board', () => {
  it.each(rows)('%s: %s, with %s, is %s', (transfer, from, event, next) => {
    const state = after(ways[transfer][from]);
    expect(state[transfer]).toBe(from);
    expect(after([event], state)[transfer]).toBe(next);
  });

  it('writes all of ours, and an empty list once the last is hidden', () => {
    const state = after(['show']);
    state.show(member('b', 2));
    expect(state.beginWrite()).toEqual([member('a'), member('b', 2)]);
    state.hide('a');
    state.hide('b');
    expect(state.beginWrite()).toBeUndefined();
    state.writeEnded(0);
    expect(state.isOwnEmpty).toBe(false);
    expect(state.beginWrite()).toEqual([]);
    state.writeEnded(0);
    expect(state.isOwnEmpty).toBe(true);
  });

  it('begins neither after a failure before the lease is renewed, and both afterwards', () => {
    for (const failure of ['write failed', 'read failed'] as const) {
      const state = after(['show', 'begin write', 'begin read', failure, 'show', 'board changed']);
      if (failure === 'read failed') state.writeEnded(1_000);
      else state.readEnded([]);
      expect([state.beginWrite(), state.beginRead()]).toEqual([undefined, false]);
      state.announce();
      expect(state.isDue(true)).toBe(false);
      state.renewed(kept, 1_000);
      expect(state.isDue(true)).toBe(true);
      expect([state.beginWrite(), state.beginRead()]).toEqual([[member('a')], true]);
    }
  });

  it('writes nothing again under a fresh lease when none of ours is shown', () => {
    expect(after(['fresh lease']).write).toBe('done');
    expect(after(['others gone', 'begin read', 'read ended', 'others gone']).read).toBe('due');
    const alone = after(['begin read']);
    alone.readEnded([]);
    expect(after(['others gone'], alone).read).toBe('done');
  });
});

describe('what is due', () => {
  it.each([
    ['nothing once all is done', ['begin read', 'read ended', 'announce'], false, false],
    ['a read, where the board may be read', [], false, true],
    ['an announcement of what ours show', ['show', 'begin write'], true, true],
    ['an announcement also while the board fails', ['begin read', 'read failed', 'show'], true, true],
    ['a write', ['begin read', 'show', 'announce'], true, true],
    ['nothing while both run', ['show', 'begin write', 'begin read', 'announce'], false, false],
  ] as const)('%s', (_, events, withoutReading, withReading) => {
    const state = after(events);
    expect([state.isDue(false), state.isDue(true)]).toEqual([withoutReading, withReading]);
  });
});

describe('an announcement', () => {
  it('has everybody who is present, by connection, and names the only one that has changed', () => {
    const state = after(['begin read']);
    state.readEnded([member('c'), member('a')]);
    state.show(member('b'));
    const members = [member('a'), member('b'), member('c')];
    expect(state.announce()).toEqual({ members, only: undefined });
    expect(state.announced).toEqual(members);
    expect(state.announce()).toBeUndefined();
    state.show(member('b', 2));
    expect(state.announce()).toEqual({ members: [member('a'), member('b', 2), member('c')], only: 'b' });
    state.hide('b');
    expect(state.announce()).toEqual({ members: [member('a'), member('c')], only: 'b' });
  });

  it('is left out when what has changed has changed back', () => {
    const state = after(['show', 'announce']);
    state.show(member('a', 2));
    state.show(member('a', 1));
    expect(state.announce()).toBeUndefined();
    expect(state.isDue(false)).toBe(true);
    state.beginWrite();
    expect(state.isDue(false)).toBe(false);
  });
});
