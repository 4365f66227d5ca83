import { barText, stepText } from './progress';

describe('progress', () => {
  it('is a bar that fits the terminal', () => {
    const step = { part: 0.5, panels: 500, elapsedMs: 10_000 };
    expect(barText('Importing x', step, 200)).toBe(
      '[############------------] 50 %, 500 panels, 50/s, 10 s left: Importing x',
    );
    expect(barText('Importing x', step, 20)).toHaveLength(19);
  });

  it('has no bar where it is not known how much there is', () => {
    expect(barText('Importing x', { part: undefined, panels: 500, elapsedMs: 10_000 }, 80)).toBe(
      '500 panels, 50/s: Importing x',
    );
  });

  it('tells the time that is left once it can be known', () => {
    expect(stepText({ part: 0, panels: 0, elapsedMs: 500 })).toBe('0 %, 0 panels');
    expect(stepText({ part: 0.1, panels: 10, elapsedMs: 20_000 })).toBe(
      '10 %, 10 panels, 1/s, 3 min 0 s left',
    );
    expect(stepText({ part: 1, panels: 10, elapsedMs: 20_000 })).toBe('100 %, 10 panels, 1/s');
  });
});
