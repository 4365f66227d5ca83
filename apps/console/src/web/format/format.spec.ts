import { ago, bytes, count, idFault, idFrom } from './format';

describe('texts of the console', () => {
  it('writes sizes in the unit that suits them', () => {
    expect([bytes(0), bytes(1023), bytes(1536), bytes(3 * 1024 ** 2)]).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '3.0 MiB',
    ]);
  });

  it('says how long ago something was', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    expect(ago('2026-01-01T23:59:40Z', now)).toBe('just now');
    expect(ago('2026-01-01T23:55:00Z', now)).toBe('5 minutes ago');
    expect(ago('2026-01-01T00:00:00Z', now)).toBe('yesterday');
  });

  it('counts', () => expect([count(1, 'panel'), count(5_000, 'panel')]).toEqual(['1 panel', '5,000 panels']));

  it('suggests ids that are allowed', () => {
    expect([idFrom('Garden 1'), idFrom('  Küche & Bad '), idFrom('日本')]).toEqual([
      'garden-1',
      'kuche-bad',
      '',
    ]);
    expect(idFault('garden-1')).toBeUndefined();
    expect(idFault('a b')).toMatch('letters');
    expect(idFault('')).toBe('An id is needed.');
    expect(idFault('..')).toBe('This id is not allowed.');
  });
});
