// @ts-check
const { execFileSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const repository = path.resolve(__dirname, '../..');
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '--', '*.md'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter((name) => name !== '' && existsSync(path.join(repository, name)));

/** @param {string} page */
const textOf = (page) => readFileSync(path.join(repository, page), 'utf8').replace(/^```.*?^```/gms, '');

/** The anchors that GitHub gives to the headings of a page. @param {string} text */
function anchorsOf(text) {
  return [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is wrong with the links of a page to others of ours. @param {string} page @param {string} text */
function broken(page, text) {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(repository, target))) return true;
    return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
  });
}

describe('the links between pages', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    expect(broken(page, textOf(page))).toEqual([]);
  });

  it('are found out where they do not', () => {
    const text = '[a](nowhere.md) [b](README.md#no-such-heading) [c](README.md) [d](https://example.org/x)';
    expect(broken('README.md', text)).toEqual(['nowhere.md', 'README.md#no-such-heading']);
  });
});
