// @ts-check
const { spawn } = require('node:child_process');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { isAlive } = require('./identity');

const GUARD = path.join(__dirname, 'guard.sh');

describe('the guard', () => {
  /** @type {import('node:child_process').ChildProcess[]} */
  let children;

  beforeEach(() => {
    children = [];
  });

  afterEach(() => {
    for (const { pid } of children) if (isAlive(-Number(pid))) process.kill(-Number(pid), 'SIGKILL');
  });

  /** @param {string} script @returns a process that leads its own group */
  function launch(script) {
    const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  }

  /** @param {string} input @returns {Promise<unknown>} settles when the guard has done its work */
  async function guard(input) {
    await sleep(200);
    const guarding = spawn('/bin/sh', [GUARD, '5']);
    guarding.stdin.end(input);
    return new Promise((resolve) => guarding.once('exit', resolve));
  }

  it('ends whole groups when its input closes', async () => {
    const { pid, stdout } = launch('sleep 60 & echo $!; wait');
    const grandchild = await new Promise((resolve) => stdout.once('data', (text) => resolve(Number(text))));
    await guard(`add -${pid} TERM\n`);
    expect([Number(pid), grandchild].filter(isAlive)).toEqual([]);
  });

  it('kills what does not end when asked', async () => {
    const { pid } = launch("trap '' TERM; while :; do sleep 0.1; done");
    await guard(`add -${pid} TERM\n`);
    await sleep(50);
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('leaves dropped processes alone', async () => {
    const { pid } = launch('sleep 60');
    await guard(`add -${pid} TERM\ndrop -${pid}\n`);
    expect(isAlive(Number(pid))).toBe(true);
  });
});
