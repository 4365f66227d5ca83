import { isInSpan, undoOf } from './change-filter';

describe('a filter of changes', () => {
  it('takes back what it names, in instants and panels', () => {
    expect(undoOf({ triggeredBy: 'ai', since: '2026-11-29T10:00:00Z', panels: 'lamp, fan*,' })).toEqual({
      kind: 'undo',
      criteria: { triggeredBy: 'ai', since: '2026-11-29T10:00:00.000Z', panels: ['lamp', 'fan*'] },
    });
    expect(undoOf({ actor: 'bob', until: '2026-11-29T10:00:00Z' })).toEqual({
      kind: 'undo',
      criteria: { actor: 'bob', until: '2026-11-29T10:00:00.000Z' },
    });
  });

  it.each([{}, { panels: 'lamp' }, { actor: 'bob', model: 'm' }, { actor: '' }])(
    'takes nothing back by %j: it says too little, or what nothing is taken back by',
    (filter) => {
      expect(undoOf(filter)).toBeUndefined();
    },
  );

  it('leaves an instant out that is none yet', () => {
    expect(undoOf({ actor: 'bob', since: '2026-' })).toMatchObject({ criteria: { actor: 'bob' } });
    expect(undoOf({ since: 'then' })).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ since: '2026-11-29T10:00:00Z' }, true],
    [{ since: '2026-11-29T10:00:01Z' }, false],
    [{ until: '2026-11-29T10:00:00Z' }, true],
    [{ until: '2026-11-29T09:59:59Z' }, false],
    [{ since: 'then', until: 'now' }, true],
  ])('with %j holds of ten o’clock: %s', (filter, holds) => {
    expect(isInSpan(filter, { occurredAt: '2026-11-29T10:00:00.000Z' })).toBe(holds);
  });
});
