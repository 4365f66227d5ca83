// @ts-check
const { ceilingOf, plotOf } = require('./plot');

describe('plotOf', () => {
  const svg = plotOf({
    title: 'Cost & <growth>',
    note: 'here',
    xLabel: 'panels',
    yLabel: 'µs',
    logX: true,
    series: [
      {
        name: 'read',
        points: [
          [10, 50],
          [100, 100],
          [1_000, 100],
        ],
      },
      {
        name: 'update',
        points: [
          [10, 0],
          [1_000, 200],
        ],
      },
    ],
  });

  it('draws each line from 0 upwards, and each power of ten as wide as the next', () => {
    const paths = [...svg.matchAll(/<path d="(M[^"]*L[^"]*)" fill="none"/g)].map(([, path]) => path);
    expect(paths).toEqual(['M70 288.5L320 213L570 213', 'M70 364L570 62']);
    expect(svg.match(/<circle/g)).toHaveLength(5);
  });

  it('names axes, lines and ticks, and escapes what they are called', () => {
    for (const name of ['Cost &amp; &lt;growth&gt;', 'panels', 'µs', 'read', 'update', '>1,000<', '>200<'])
      expect(svg).toContain(name);
  });
});

it.each([
  [0, 1],
  [1, 1],
  [1.2, 1.5],
  [213, 300],
  [999, 1_000],
  [0.07, 0.08],
])('ceilingOf(%d) is %d', (value, ceiling) => {
  expect(ceilingOf(value)).toBeCloseTo(ceiling);
});
