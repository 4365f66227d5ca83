// @ts-check
const { codeLines, countLines, sizeTable } = require('./lines');

/** No library may become the one that everything is put into. */
const MOST = 0.3;

describe('the lines of the projects', () => {
  it('counts code, and neither comments nor blank lines', () => {
    expect(codeLines("/**\n * Adds.\n */\nconst a = '/*';\n\n// why\nconst b = 2;\n/* short */\n")).toBe(2);
  });

  it('gives no library more than 30 % of the product', () => {
    const counted = countLines();
    process.stdout.write(`${sizeTable(counted)}\n`);
    expect(counted.total).toBeGreaterThan(10_000);
    expect(counted.sizes.filter(({ share }) => share > MOST).map(({ folder }) => folder)).toEqual([]);
  });
});
