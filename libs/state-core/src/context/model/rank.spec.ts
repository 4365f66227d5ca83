import { cosine, fused, lexicalScores, ranksOf, semanticScores } from './rank';
import { countTerms, meaningfulTerms, termsOf } from './terms';
import { BoundedCache } from './bounded-cache';

const textOf = (text: string) => {
  const terms = countTerms(text);
  return { terms, length: [...terms.values()].reduce((sum, count) => sum + count, 0) };
};

it('takes words apart: names in camel case, plurals, and scripts without spaces', () => {
  expect(termsOf('pumpSpeed Lamps batteries 東京都')).toEqual([
    'pump',
    'speed',
    'lamp',
    'battery',
    '東京',
    '京都',
  ]);
  expect(meaningfulTerms('Where is the lamp?')).toEqual(['lamp']);
  expect(meaningfulTerms('the')).toEqual(['the']);
});

it('scores rare words above frequent ones, and short texts above long ones', () => {
  const texts = ['lamp pond', 'lamp door', `lamp ${'door '.repeat(50)}`, 'gate'].map(textOf);
  const [pond = 0, door = 0, long = 0, none = 0] = lexicalScores(texts, 'lamp pond');
  expect(pond).toBeGreaterThan(door);
  expect(door).toBeGreaterThan(long);
  expect(long).toBeGreaterThan(0);
  expect(none).toBe(0);
});

it('takes only vectors that stand out', () => {
  const query = Float32Array.from([1, 0]);
  const vectors = [
    [1, 0.1],
    [0.1, 1],
    [0.1, 1],
    [0, 1],
  ].map((one) => Float32Array.from(one));
  expect(
    semanticScores([...vectors.map((vector) => cosine(vector, query)), undefined]).map((score) => score > 0),
  ).toEqual([true, false, false, false, false]);
  expect(semanticScores([undefined, undefined])).toEqual([0, 0]);
});

it('fuses rankings by place', () => {
  expect(ranksOf([0.2, 0, 0.9, 0.2])).toEqual([2, undefined, 1, 3]);
  const [both = 0, one = 0, none = 0] = fused([
    { ranks: [2, 1, undefined], weight: 1 },
    { ranks: [1, undefined, undefined], weight: 1 },
  ]);
  expect(both).toBeGreaterThan(one);
  expect(none).toBe(0);
});

it('forgets the values that were not asked for the longest, beyond its limit', () => {
  const cache = new BoundedCache<number>(10);
  cache.set('a', 1, 4);
  cache.set('b', 2, 4);
  expect(cache.get('a')).toBe(1);
  cache.set('c', 3, 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  cache.set('d', 4, 11);
  expect(cache.get('d')).toBeUndefined();
});
