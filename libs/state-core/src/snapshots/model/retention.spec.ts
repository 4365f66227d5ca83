import { thinningStages } from './retention';

const day = 86_400_000;
const now = Date.parse('2026-03-20T10:20:30.000Z');

describe('thinningStages', () => {
  it('thins hours after a day and days after a week, as far as they are over, and ends with what is too old', () => {
    expect(thinningStages(now, undefined, 30 * day)).toEqual([
      { keep: 'one-an-hour', from: undefined, to: '2026-03-19T10:00:00.000Z' },
      { keep: 'one-a-day', from: undefined, to: '2026-03-13T00:00:00.000Z' },
      { keep: 'newest', from: undefined, to: '2026-02-18T10:20:30.000Z' },
    ]);
  });

  it('begins where it ended the last time', () => {
    const stages = thinningStages(now, now - 2 * 3_600_000, 30 * day);
    expect(stages.map(({ keep, from }) => [keep, from])).toEqual([
      ['one-an-hour', '2026-03-19T08:00:00.000Z'],
      ['newest', undefined],
    ]);
  });

  it('leaves out what would be too old anyway', () => {
    expect(thinningStages(now, undefined, 3_600_000).map(({ keep }) => keep)).toEqual(['newest']);
    expect(thinningStages(now, undefined, 2 * day).map(({ keep }) => keep)).toEqual([
      'one-an-hour',
      'newest',
    ]);
  });
});
