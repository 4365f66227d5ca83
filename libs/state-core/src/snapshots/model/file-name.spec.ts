import fc from 'fast-check';
import { safeFileName } from './file-name';
import { panelPath } from './snapshot-path';

const idCharacters = [...'ABCXYZabcxyz0189._~:-'];
const ids = fc.string({ unit: fc.constantFrom(...idCharacters), minLength: 1, maxLength: 255 });

describe('safeFileName', () => {
  it.each([
    ['panel_7', 'panel_7.json'],
    ['A.b~c-d', 'A.b~c-d.json'],
    ['a:b', 'a%3Ab.json'],
    ['.hidden', '%2Ehidden.json'],
    ['CON', '%43ON.json'],
    ['nul.txt', '%6Eul.txt.json'],
    ['com1', '%63om1.json'],
    ['console', 'console.json'],
    ['100%', '100%25.json'],
    ['a/b\\c', 'a%2Fb%5Cc.json'],
    ['é', '%C3%A9.json'],
  ])('names %s %s', (text, name) => {
    expect(safeFileName(text, { extension: '.json' })).toBe(name);
  });

  it('encodes upper-case letters where names may be case-insensitive', () => {
    const rule = { extension: '.git', foldsCase: true };
    expect(safeFileName('Ann', rule)).toBe('%41nn.git');
    expect(safeFileName('con', rule)).toBe('%63on.git');
  });

  it('keeps the longest name that fits and cuts the next one', () => {
    const fits = 'a'.repeat(250);
    expect(panelPath(fits)).toBe(`panels/${fits}.json`);
    const cut = safeFileName(`${fits}a`, { extension: '.json' });
    expect(cut).toHaveLength(255);
    expect(cut).toMatch(/^a{184}%~[0-9a-f]{64}\.json$/);
  });

  it('never cuts a percent-encoded byte in two', () => {
    for (const lead of ['', 'a', 'aa']) {
      const name = safeFileName(lead + ':'.repeat(200), { extension: '.json' });
      expect(name).toMatch(/^a*(%3A)+%~[0-9a-f]{64}\.json$/);
    }
  });

  it('gives different ids different names that every file system takes', () => {
    fc.assert(
      fc.property(fc.array(ids, { minLength: 1, maxLength: 20 }), (some) => {
        const names = some.map((id) => safeFileName(id, { extension: '.json' }));
        expect(new Set(names).size).toBe(new Set(some).size);
        for (const name of names) {
          expect(name.length).toBeLessThanOrEqual(255);
          expect(name).toMatch(/^[A-Za-z0-9_~%-][A-Za-z0-9._~%-]*\.json$/);
        }
      }),
    );
  });

  it('gives different owners different folders, also where cases are folded', () => {
    const owners = fc.oneof(fc.string({ unit: 'grapheme' }), ids);
    fc.assert(
      fc.property(owners, owners, (a, b) => {
        const rule = { extension: '', foldsCase: true };
        const same = safeFileName(a, rule).toLowerCase() === safeFileName(b, rule).toLowerCase();
        expect(same).toBe(a === b);
      }),
    );
  });
});
