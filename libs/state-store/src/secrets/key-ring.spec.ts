import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { InvalidArgumentError, SecretUnreadableError, type StoredValue } from '../model';
import { aKeyRing } from '../testing/spec/a-key-ring';
import { KeyRing } from '.';

const value: StoredValue = { format: 'json', bytes: Buffer.from('"a secret"') };
const place = { key: '/a', version: 1 };

describe('KeyRing', () => {
  it('opens what it sealed, for the same owner, key, version and format alone', () => {
    const cipher = aKeyRing().cipherOf('ada');
    const sealed = cipher.seal(place, value);
    expect(Buffer.from(sealed.bytes).includes('secret')).toBe(false);
    expect(cipher.open(place, sealed)).toEqual(value);
    const ring = aKeyRing();
    const mine = ring.cipherOf('ada').seal(place, value);
    const others: (() => unknown)[] = [
      () => ring.cipherOf('bob').open(place, mine),
      () => ring.cipherOf('ada').open({ key: '/b', version: 1 }, mine),
      () => ring.cipherOf('ada').open({ key: '/a', version: 2 }, mine),
      () => ring.cipherOf('ada').open(place, { ...mine, format: 'bytes' }),
    ];
    for (const open of others) expect(open).toThrow('it was altered, or belongs to another key or version');
  });

  it('finds every change of a sealed value', () => {
    const cipher = aKeyRing().cipherOf('ada');
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, n, flip) => {
          const sealed = cipher.seal(place, { format: 'bytes', bytes });
          expect(Buffer.from(cipher.open(place, sealed).bytes).equals(bytes)).toBe(true);
          const altered = Uint8Array.from(sealed.bytes);
          const at = n % altered.length;
          altered[at] = (altered[at] as number) ^ flip;
          expect(() => cipher.open(place, { format: 'bytes', bytes: altered })).toThrow(
            SecretUnreadableError,
          );
          const cut = sealed.bytes.subarray(0, at);
          expect(() => cipher.open(place, { format: 'bytes', bytes: cut })).toThrow(SecretUnreadableError);
        },
      ),
    );
  });

  it('seals with the newest key, and opens with those before it', () => {
    const [old, next] = ['old', 'new'].map((id) => ({ id, bytes: randomBytes(32) })) as [never, never];
    const before = new KeyRing([old]);
    const after = new KeyRing([next, old]);
    const sealed = before.cipherOf('ada').seal(place, value);
    expect(after.cipherOf('ada').open(place, sealed)).toEqual(value);
    const anew = after.cipherOf('ada').seal(place, value);
    expect(() => before.cipherOf('ada').open(place, anew)).toThrow('"new"');
    expect(Buffer.from(anew.bytes).indexOf(Buffer.from(after.newestPrefix))).toBe(0);
    expect(after.ids).toEqual(['new', 'old']);
  });

  it('reads keys from text, and quotes none that it refuses', () => {
    const [one, two] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    expect(KeyRing.parse(`k2:${two}, k1:${one}`).newestId).toBe('k2');
    const refused = [
      '',
      one,
      `k1:${one},`,
      `k1:${one},k1:${two}`,
      `k1:${one},k2:${one}`,
      `k 1:${one}`,
      `:${one}`,
      `k1:${one.slice(4)}`,
      `k1:${Buffer.alloc(32).toString('base64')}`,
      `k1:${one}:x`,
      `${'k'.repeat(65)}:${one}`,
    ];
    for (const text of refused) {
      const parse = () => KeyRing.parse(text);
      expect(parse).toThrow(InvalidArgumentError);
      expect(() => parse()).not.toThrow(one.slice(0, 20));
    }
    expect(() => new KeyRing([])).toThrow('at least one');
  });
});
