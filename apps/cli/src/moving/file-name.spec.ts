import { fileNameOf, panelIdOf } from './file-name';

describe('the file of a panel', () => {
  it.each([
    ['lamp', 'lamp.json'],
    ['A.b~c-d_e', 'A.b~c-d_e.json'],
    ['a:b', 'a%3Ab.json'],
    ['.hidden', '%2Ehidden.json'],
    ['CON', '%43ON.json'],
    ['nul.txt', '%6Eul.txt.json'],
    ['com1', '%63om1.json'],
    ['console', 'console.json'],
    ['__proto__', '__proto__.json'],
    ['a'.repeat(250), `${'a'.repeat(250)}.json`],
  ])('of %s is %s, as in the repository of snapshots', (id, name) => {
    expect(fileNameOf(id)).toBe(name);
    expect(panelIdOf(name)).toBe(id);
  });

  it.each([
    ['a'.repeat(251), /^a{184}%~[0-9a-f]{64}\.json$/],
    [':'.repeat(200), /^(%3A)+%~[0-9a-f]{64}\.json$/],
  ])('is cut where it is too long, and does not tell the id then', (id, name) => {
    expect(fileNameOf(id)).toMatch(name);
    expect(fileNameOf(id).length).toBeLessThanOrEqual(255);
    expect(panelIdOf(fileNameOf(id))).toBeUndefined();
  });

  it('does not tell an id where it is not encoded well', () => {
    expect(panelIdOf('100%.json')).toBeUndefined();
  });
});
