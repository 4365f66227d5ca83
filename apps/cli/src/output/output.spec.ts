import picocolors from 'picocolors';
import { coloredJson } from './json';
import { table } from './table';
import { coloredDiff, unifiedDiff } from './text-diff';

const colors = picocolors.createColors(true);
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');

describe('a table', () => {
  const columns = [
    { title: 'PANEL', value: (row: { panel: string; note?: unknown }) => row.panel },
    { title: 'NOTE', value: (row: { panel: string; note?: unknown }) => row.note },
  ];

  it('has columns of equal width, and no blanks at the ends of lines', () => {
    const rows = [{ panel: 'lamp', note: 1 }, { panel: 'long-name', note: { a: true } }, { panel: 'fan' }];
    expect(table(rows, columns)).toBe('PANEL      NOTE\nlamp       1\nlong-name  {"a":true}\nfan        -\n');
  });

  it('lets nothing through that breaks a line, or that a terminal obeys', () => {
    expect(table([{ panel: 'a\nb', note: '\u001b[2J' }], columns)).toBe('PANEL  NOTE\na b     [2J\n');
  });
});

describe('JSON in colours', () => {
  it('is the same JSON', () => {
    const value = { 'a "b": 1': ['true', true, null, -1.5e-7, 'c: 2\\'], nested: { empty: {} } };
    expect(JSON.parse(plain(coloredJson(value, colors)))).toEqual(value);
  });

  it('tells names, texts and other values apart', () => {
    const { cyan, green, yellow } = colors;
    const text = coloredJson({ on: true, name: 'x' }, colors);
    expect(text).toContain(`${cyan('"on"')}: ${yellow('true')}`);
    expect(text).toContain(`${cyan('"name"')}: ${green('"x"')}`);
  });
});

describe('a diff', () => {
  const side = (name: string, state: unknown) => ({ name, state });

  it('shows what changed, and nothing where only the order of names did', async () => {
    const diff = await unifiedDiff(side('a', { x: 1, y: 2 }), side('b', { y: 3, x: 1 }));
    expect(diff).toContain('--- a');
    expect(diff).toContain('-  "y": 2\n+  "y": 3');
    expect(await unifiedDiff(side('a', { x: 1, y: 2 }), side('b', { y: 2, x: 1 }))).toBe('');
  });

  it('has the colours of git', async () => {
    const diff = await unifiedDiff(side('a', { x: 1 }), side('b', { x: 2 }));
    const colored = coloredDiff(diff, colors);
    expect(colored).toContain(colors.red('-  "x": 1'));
    expect(colored).toContain(colors.green('+  "x": 2'));
    expect(plain(colored)).toBe(diff);
  });
});
