// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');

const page = fs.readFileSync(path.join(paths.root, 'docs', 'architecture.md'), 'utf8');

/** The rows of the page that name a function and its file. */
const frames = [...page.matchAll(/^\| ([^|]+?) +\| `([\w.#]+)` +\| `([\w./-]+\.ts)` +\|/gm)].map(
  ([, frame = '', name = '', file = '']) => ({ frame, name, file }),
);

/** Whether a text declares a function, or a method of a class. @param {string} text @param {string} name */
function declares(text, name) {
  const [first = '', method] = name.split('.');
  if (method === undefined) return new RegExp(`^export (async )?function ${first}\\b`, 'm').test(text);
  return (
    new RegExp(`^export (abstract )?class ${first}\\b`, 'm').test(text) &&
    new RegExp(`^  (async )?${method}(<[^>]*>)?\\(`, 'm').test(text)
  );
}

describe('the frames that the architecture page names', () => {
  it('are there', () => {
    expect(frames.length).toBeGreaterThan(25);
  });

  it.each(frames)('$name is in $file', ({ name, file }) => {
    expect(declares(fs.readFileSync(path.join(paths.root, file), 'utf8'), name)).toBe(true);
  });

  it('lead from the wire to the driver in six for a PATCH', () => {
    const [, section = ''] = /^## The way of a PATCH\n(.*?)^## /ms.exec(page) ?? [];
    const numbers = [...section.matchAll(/^\| (\d+) /gm)].map(([, number]) => Number(number));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
