// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { followLog, lastLines } = require('./log-follower');

describe('following a log', () => {
  /** @type {string} */
  let file;

  beforeEach(() => {
    file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-log-')), 'service.log');
    fs.writeFileSync(file, '');
  });

  afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

  /** @param {boolean} all */
  function follow(all) {
    /** @type {string[]} */
    const shown = [];
    return { shown, ...followLog(file, { all, show: (line) => shown.push(line) }) };
  }

  it('shows errors, as JSON lines and as pino-pretty prints them', () => {
    const { shown, stop } = follow(false);
    const lines = [
      '{"level":30,"msg":"up"}',
      '{"level":50,"msg":"broken"}',
      '[12:00:00.000] FATAL: gone',
      'fine',
    ];
    fs.appendFileSync(file, `${lines.join('\n')}\n`);
    stop();
    expect(shown).toEqual([lines[1], lines[2]]);
  });

  it('shows everything when asked to', () => {
    const { shown, stop } = follow(true);
    fs.appendFileSync(file, 'one\ntwo\n');
    stop();
    expect(shown).toEqual(['one', 'two']);
  });

  it('puts a line together that was written in two pieces', async () => {
    const { shown, stop } = follow(false);
    fs.appendFileSync(file, '{"level":5');
    await new Promise((resolve) => setTimeout(resolve, 400));
    fs.appendFileSync(file, '0,"msg":"broken"}\n');
    stop();
    expect(shown).toEqual(['{"level":50,"msg":"broken"}']);
  });

  it('has the last lines at hand', () => {
    fs.writeFileSync(file, 'one\ntwo\nthree\n');
    expect(lastLines(file, 2)).toEqual(['two', 'three']);
  });
});
