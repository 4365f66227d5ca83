import { plainText, shortJson } from './plain-text';

describe('texts of others', () => {
  it('have nothing in them that a terminal obeys', () => {
    expect(plainText('red: \u001b[31m, and\na line')).toBe('red:  [31m, and a line');
    expect(shortJson({ name: 'a\u009bb' })).toBe('{"name":"a b"}');
  });

  it('are cut where they are long', () => {
    expect(shortJson('x'.repeat(58))).toHaveLength(60);
    expect(shortJson('x'.repeat(59))).toBe(`"${'x'.repeat(56)}...`);
    expect(shortJson('x'.repeat(59), 100)).toHaveLength(61);
  });
});
