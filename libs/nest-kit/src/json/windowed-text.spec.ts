import * as fc from 'fast-check';
import { runs } from '@nexus-state/documents/testing';
import { WindowedText } from './windowed-text';

it('is read like the string that its pieces make', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', '"', '\\', 'ä', '世'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat({ max: 40 })), (pieces, places) => {
      const whole = pieces.join('');
      const text = new WindowedText(pieces);
      expect(text.length).toBe(whole.length);
      for (const [index, at] of places.entries()) {
        const to = places[index + 1] ?? 0;
        if (at < whole.length) expect(text.charCodeAt(at)).toBe(whole.charCodeAt(at));
        expect(text.indexOf('"', at)).toBe(whole.indexOf('"', at));
        expect(text.slice(at, to)).toBe(whole.slice(at, to));
        expect(text.slice(at)).toBe(whole.slice(at));
      }
    }),
    runs(1000),
  );
});
