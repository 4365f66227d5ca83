import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { TcpProxy } from '@nexus-state/test-kit';
import type { Command, Running } from './command';
import { Service } from './service';

/** How long a program of Node takes, in milliseconds: by the clock, and of the processor, where what others do is left out. */
function timed(...argv: readonly string[]): { readonly wall: number; readonly cpu: number } {
  const line = `TIMEFORMAT='%3R %3U %3S'; time "$@" >/dev/null`;
  const { stderr } = spawnSync('bash', ['-c', line, 'bash', process.execPath, ...argv], { encoding: 'utf8' });
  const [real, user, system] = stderr.trim().split(' ').map(Number) as [number, number, number];
  return { wall: 1000 * real, cpu: 1000 * (user + system) };
}

function medianOf(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] as number;
}

/** `nexus` as it is installed: in a checkout, or from the registry. */
const installed = path.join(__dirname, '..', 'bin', 'nexus.js');

/** The escape that begins a colour. */
const escape = '\u001b[';

describe('the command line on a terminal', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(async () => {
    nexus = service.command();
    await nexus.output(['create', 'garden/lamp', '{"on": true}']);
  });

  it('has colours there, and neither in a pipe nor where they are not wanted', async () => {
    const get = ['get', 'garden/lamp'];
    expect((await nexus.onTerminal(get).ended).stdout).toContain(escape);
    expect((await nexus.onTerminal([...get, '--no-color']).ended).stdout).not.toContain(escape);
    expect((await nexus.onTerminal(get, { env: { NO_COLOR: '1' } }).ended).stdout).not.toContain(escape);
    expect(await nexus.output(get)).not.toContain(escape);
    expect((await nexus.run(['get', 'garden/gone'])).stderr).not.toContain(escape);
  });

  it('asks before it deletes', async () => {
    const declined = nexus.onTerminal(['rm', 'garden/lamp']);
    await eventually(() => declined.printed().includes('[y/N]'), 'the question');
    declined.process.stdin?.end('n\n');
    expect((await declined.ended).code).toBe(1);
    const agreed = nexus.onTerminal(['rm', 'garden/lamp']);
    await eventually(() => agreed.printed().includes('[y/N]'), 'the question');
    agreed.process.stdin?.end('y\n');
    expect(await agreed.ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('garden/lamp version 2'),
    });
  });

  it('asks before it replaces a state of unknown version', async () => {
    const asked = nexus.onTerminal(['set', 'garden/lamp', '{"on": false}']);
    await eventually(
      () => asked.printed().includes('garden/lamp is at version 1. Replace it? [y/N]'),
      'the question',
    );
    asked.process.stdin?.end('y\n');
    expect((await asked.ended).code).toBe(0);
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ on: false });
  });

  describe('ends on Ctrl-C with 130', () => {
    /** Presses Ctrl-C once a command has printed something. */
    async function interrupted(running: Running, text: string): Promise<string> {
      await eventually(() => running.printed().includes(text), text);
      running.process.stdin?.write('\u0003');
      const { code, stdout } = await running.ended;
      expect({ code, stdout }).toMatchObject({ code: 130 });
      return stdout;
    }

    it('and changes nothing where it asks', async () => {
      await interrupted(nexus.onTerminal(['rm', 'garden/lamp']), '[y/N]');
      expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ on: true });
    });

    it('where it follows changes', async () => {
      const panels = nexus.onTerminal(['watch', 'garden', '--since', '0']);
      expect(await interrupted(panels, 'garden/lamp version 1')).toContain(
        'Watching garden; Ctrl-C ends it.',
      );
      await nexus.output(['key', 'set', '/lamp', '1']);
      await interrupted(nexus.onTerminal(['key', 'watch', '*', '--since', '0']), '/lamp version 1');
    });

    it('and gives its lock back at once', async () => {
      const others = ['lock', 'deploy', '--wait', '0', '--', 'echo', 'mine'];
      const holding = nexus.onTerminal(['lock', 'deploy', '--', 'sh', '-c', 'echo held; exec sleep 60']);
      await eventually(() => holding.printed().includes('held'), 'the lock to be held');
      expect(await nexus.run(others)).toMatchObject({ code: 3, stdout: '' });
      await interrupted(holding, 'held');
      expect(await nexus.run(others)).toMatchObject({ code: 0, stdout: 'mine\n' });
    });

    it('once the command under its lock has cleaned up', async () => {
      const cleaning = `trap 'echo cleaned; exit 130' INT; echo held; while :; do sleep 0.1; done`;
      const holding = nexus.onTerminal(['lock', 'deploy', '--', 'sh', '-c', cleaning]);
      expect(await interrupted(holding, 'held')).toContain('cleaned');
    });

    it('while it waits for a lock, and never runs its command', async () => {
      const holding = nexus.start(['lock', 'deploy', '--', 'sh', '-c', 'echo held; exec sleep 60']);
      await eventually(() => holding.printed().includes('held'), 'the lock to be held');
      const proxy = await TcpProxy.start(service.api.url);
      const waiting = nexus.onTerminal(['lock', 'deploy', '--wait', '1m', '--', 'echo', 'mine'], {
        env: { NEXUS_URL: proxy.url },
      });
      await eventually(() => proxy.connections > 0, 'the request for the lock');
      waiting.process.stdin?.write('\u0003');
      const { code, stdout } = await waiting.ended;
      expect(code).toBe(130);
      expect(stdout).not.toContain('mine');
      holding.process.kill('SIGINT');
      await holding.ended;
      await proxy.close();
    });

    it('with its editor, and changes nothing', async () => {
      const env = { EDITOR: `sh -c 'echo "{}" > "$1"; echo editing; exec sleep 60' sh` };
      await interrupted(nexus.onTerminal(['edit', 'garden/lamp'], { env }), 'editing');
      expect(await nexus.json(['get', 'garden/lamp', '--full'])).toMatchObject({
        version: 1,
        state: { on: true },
      });
    });
  });

  it('adds less to the start of Node for --version than Node takes by itself', async () => {
    const rounds = Array.from({ length: 20 }, () => ({
      node: timed('-e', '0'),
      installed: timed(installed, '--version'),
      file: timed(nexus.file, '--version'),
    }));
    const names = ['node', 'installed', 'file'] as const;
    const leastCpu = (name: (typeof names)[number]) => Math.min(...rounds.map((round) => round[name].cpu));
    // What the clock says depends on what else runs here, and is only told.
    for (const name of names) {
      const wall = medianOf(rounds.map((round) => round[name].wall));
      console.log(`${name}: median ${wall.toFixed(0)} ms, least CPU time ${leastCpu(name).toFixed(0)} ms`);
    }
    expect(leastCpu('installed')).toBeLessThan(1.5 * leastCpu('node'));
    expect(leastCpu('file')).toBeLessThan(2 * leastCpu('node'));
  }, 60_000);

  it('says the same version as it is installed and as one file', async () => {
    const { stdout } = spawnSync(process.execPath, [installed, '--version'], { encoding: 'utf8' });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await nexus.output(['--version'])).toBe(stdout);
    expect(await nexus.output(['-V'])).toBe(stdout);
    const help = spawnSync(process.execPath, [installed, '--help'], { encoding: 'utf8' });
    expect(help.stdout).toBe(await nexus.output(['--help']));
  });
});
