// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { mayImport } = require('./may-import');
const { projects } = require('./projects');

/** What a newcomer looks for in the README of a project. */
const QUESTIONS = ['## Front door', '## Who imports it', '## Test it'];
/** About what a screen shows. */
const SCREEN = 45;

const all = projects();

/** @param {string} folder */
const readme = (folder) => fs.readFileSync(path.join(paths.root, folder, 'README.md'), 'utf8');

it('finds the projects', () => {
  expect(all.map(({ folder }) => folder)).toEqual(
    expect.arrayContaining([
      'apps/state-api',
      'libs/documents',
      'libs/adapters/postgres',
      'tests/e2e',
      'tools',
    ]),
  );
});

/** Whether a project is a package for others, whose README is for those who install it. @param {readonly string[]} tags */
const isForOthers = (tags) =>
  ['type:lib', 'type:client', 'type:hooks', 'type:checkpointer', 'type:cli'].some((tag) =>
    tags.includes(tag),
  );

describe.each(all)('$folder', ({ folder, tags }) => {
  it('has one tag, which says what kind of project it is', () => {
    expect(tags).toHaveLength(1);
    expect(Object.keys(mayImport).map((kind) => `type:${kind}`)).toContain(tags[0]);
  });

  it('has a README of one screen that says what it is for, how it is used and how it is tested', () => {
    const lines = readme(folder).trim().split('\n');
    expect(lines[0]).toMatch(/^# /);
    expect(lines[2]).toMatch(/^[A-Z]/);
    if (isForOthers(tags)) return;
    expect(lines.filter((line) => line.startsWith('## '))).toEqual(QUESTIONS);
    expect(lines.length).toBeLessThanOrEqual(SCREEN);
  });

  it('runs its specs with Nx', () => {
    const [manifest] = ['project.json', 'package.json']
      .map((name) => path.join(paths.root, folder, name))
      .filter((file) => fs.existsSync(file));
    const { scripts, targets } = JSON.parse(fs.readFileSync(/** @type {string} */ (manifest), 'utf8'));
    expect((targets ?? scripts).test).toBeDefined();
    expect(fs.existsSync(path.join(paths.root, folder, 'jest.config.cjs'))).toBe(true);
  });
});
