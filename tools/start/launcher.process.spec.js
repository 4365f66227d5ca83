// @ts-check
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { isAlive, removeFolder } = require('../process');
const { makeStandInCheckout } = require('./testing/stand-in-checkout');

jest.setTimeout(300_000);

describe('npm start', () => {
  /** @type {string} */
  let root;
  /** @type {import('node:child_process').ChildProcess[]} */
  let launchers;

  beforeAll(() => {
    root = makeStandInCheckout();
  });

  beforeEach(() => {
    launchers = [];
    for (const name of ['pids', 'drained', 'state-api.starts'])
      fs.rmSync(path.join(root, name), { force: true });
  });

  afterEach(async () => {
    launchers.forEach((launcher) => launcher.kill('SIGKILL'));
    await until(() => !everything().some(isAlive));
  });

  afterAll(() => removeFolder(root));

  /** @param {{ args?: string[] }} [options] */
  async function start({ args = [] } = {}) {
    const env = { ...process.env };
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'REDIS_HOST', 'npm_lifecycle_event']) delete env[name];
    const anyPort = [
      '--port',
      '0',
      '--grpc-port',
      '0',
      '--realtime-port',
      '0',
      '--worker-port',
      '0',
      '--console-port',
      '0',
    ];
    const script = path.join(root, 'tools', 'start', 'main.js');
    const launcher = spawn(process.execPath, [script, ...anyPort, ...args], {
      cwd: root,
      env,
    });
    launchers.push(launcher);
    let output = '';
    launcher.stdout.on('data', (chunk) => (output += chunk));
    launcher.stderr.on('data', (chunk) => (output += chunk));
    const exited = new Promise((resolve) => launcher.once('exit', resolve));
    await until(() => output.includes('Ctrl-C stops everything') || launcher.exitCode !== null);
    return { launcher, exited, output: () => output };
  }

  /** @param {string} name */
  function lines(name) {
    const file = path.join(root, name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** Every process there has been, servers and grandchildren included. */
  function everything() {
    const servers = ['.nexus/postgres/postmaster.pid', '.nexus/redis/redis.pid'].flatMap(
      (name) => lines(name)[0] ?? [],
    );
    return [...lines('pids').flatMap((line) => line.split(' ')), ...servers].map(Number);
  }

  it('says where everything is and stops all of it, services before the servers behind them', async () => {
    const { launcher, exited, output } = await start();
    const address = output().match(/State API +(\S+)/)?.[1];
    expect(await (await fetch(`${address}/`)).text()).toBe('ok');
    expect(output()).toContain(fs.readFileSync(path.join(root, '.nexus', 'token'), 'utf8').trim());
    const pids = everything();
    expect(pids).toHaveLength(10);

    launcher.kill('SIGINT');
    launcher.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(lines('drained').sort()).toEqual([
      'console with PostgreSQL',
      'realtime-gateway with PostgreSQL',
      'snapshot-worker with PostgreSQL',
      'state-api with PostgreSQL',
    ]);
  });

  it('leaves nothing behind when it is killed, grandchildren included', async () => {
    const { launcher } = await start();
    const pids = everything();
    expect(pids.filter(isAlive)).toHaveLength(10);
    launcher.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('starts again what dies, shows the errors of the services, and keeps the data folder to itself', async () => {
    const { output } = await start();
    const address = output().match(/Realtime gateway +(\S+)/)?.[1];
    await fetch(`${address}/fail`);
    await until(() => output().includes('it failed'));
    expect(output()).toContain('[realtime-gateway] {"level":50,"msg":"it failed"}');

    process.kill(Number(lines('state-api.starts')[0]), 'SIGKILL');
    await until(() => output().includes('state-api is ready again'));
    expect(output()).toContain('state-api ended (signal SIGKILL); starting it again in 0.5 s.');
    process.kill(Number(lines('.nexus/redis/redis.pid')[0]), 'SIGKILL');
    await until(() => output().includes('Redis is ready again'));
    expect(output()).toContain('Redis ended (signal SIGKILL); starting it again in 0.5 s.');

    const second = await start();
    expect(await second.exited).toBe(1);
    expect(second.output()).toContain(
      `uses ${path.join(root, '.nexus')}: stop it, or choose another folder with --data.`,
    );
  });

  it('starts at once on what a killed start left, and refuses ruined data in one sentence', async () => {
    const first = await start();
    const secret = fs.readFileSync(path.join(root, '.nexus', 'jwt-secret'), 'utf8');
    first.launcher.kill('SIGKILL');
    await first.exited;
    const second = await start();
    expect(second.output()).toContain('Nexus State is running.');
    expect(fs.readFileSync(path.join(root, '.nexus', 'jwt-secret'), 'utf8')).toBe(secret);
    second.launcher.kill('SIGTERM');
    await second.exited;

    fs.rmSync(path.join(root, '.nexus', 'postgres', 'global'), { recursive: true });
    const third = await start();
    expect(await third.exited).toBe(1);
    expect(third.output()).toMatch(/PostgreSQL could not start on \S+postgres \(.*\); --fresh begins anew/);
    const fourth = await start({ args: ['--fresh'] });
    expect(fourth.output()).toContain('Nexus State is running.');
  });
});

/** @param {() => boolean} condition */
async function until(condition) {
  for (const end = Date.now() + 120_000; !condition() && Date.now() < end;) await sleep(50);
}
