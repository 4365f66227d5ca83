import { count, instant, timeSpan, wholeNumber } from './options';

describe('options', () => {
  it('read whole numbers', () => {
    expect(wholeNumber('0')).toBe(0);
    expect(wholeNumber('12')).toBe(12);
    for (const text of ['-1', '1.5', 'x', '', '1e3', '99999999999999999999']) {
      expect(() => wholeNumber(text)).toThrow('whole number');
    }
    expect(() => count('0')).toThrow('1 or more');
  });

  it('read time spans', () => {
    expect(['500ms', '30s', '5m', '2h', '1d', '10', '0', '1.5s'].map(timeSpan)).toEqual([
      500, 30_000, 300_000, 7_200_000, 86_400_000, 10_000, 0, 1_500,
    ]);
    for (const text of ['', 's', '5 m', '-5s', '5w']) expect(() => timeSpan(text)).toThrow('30s, 5m, 2h');
  });

  it('read instants', () => {
    expect(instant('2026-01-31T12:00:00Z')).toBe('2026-01-31T12:00:00.000Z');
    expect(instant('2026-01-31T12:00:00+02:00')).toBe('2026-01-31T10:00:00.000Z');
    const ago = Date.now() - Date.parse(instant('5m'));
    expect(ago).toBeGreaterThanOrEqual(300_000);
    expect(ago).toBeLessThan(310_000);
    for (const text of ['yesterday', '12:00', '2026-13-01', '5'])
      expect(() => instant(text)).toThrow('a time such as');
  });
});
