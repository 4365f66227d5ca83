import { eventually } from '@nexus-state/state-core/testing';
import type { Command } from './command';
import { Service } from './service';

describe('the commands about keys and locks', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(() => {
    nexus = service.command();
  });

  it('write, read, list and delete values', async () => {
    expect(await nexus.output(['key', 'set', '/nodes/a', '{"runs": ["web"]}'])).toBe('/nodes/a version 1\n');
    expect(await nexus.json(['key', 'get', '/nodes/a'])).toEqual({ runs: ['web'] });
    expect(await nexus.json(['key', 'get', '/nodes/a', '--full'])).toMatchObject({
      key: '/nodes/a',
      version: 1,
    });
    await nexus.output(['key', 'set', 'user:1', '1', '--ttl', '1h']);
    expect(await nexus.json(['key', 'ls', '/nodes/', '--values'])).toMatchObject([
      { value: { runs: ['web'] } },
    ]);
    expect(await nexus.output(['key', 'ls'])).toMatch(/^KEY .*\n\/nodes\/a .*\nuser:1 +1 .* 20\d\d-.*\n$/);
    expect(await nexus.run(['key', 'rm', '/nodes/a'])).toMatchObject({ code: 2 });
    expect(await nexus.output(['key', 'rm', '/nodes/a', '--yes'])).toBe('/nodes/a deleted\n');
    expect(await nexus.run(['key', 'rm', '/nodes/a', '--yes'])).toMatchObject({ code: 4 });
    expect(await nexus.run(['key', 'get', '/nodes/a'])).toMatchObject({ code: 4, stdout: '' });
  });

  it('write on top of a version only', async () => {
    await nexus.output(['key', 'set', 'a', '1', '--version', '0']);
    expect(await nexus.run(['key', 'set', 'a', '2', '--version', '0'])).toMatchObject({ code: 3 });
    expect(await nexus.output(['key', 'set', 'a', '2', '--version', '1'])).toBe('a version 2\n');
  });

  it('write bytes as they are', async () => {
    await nexus.output(['key', 'set', 'raw', '-', '--raw'], { stdin: 'not {json' });
    expect(await nexus.output(['key', 'get', 'raw'])).toBe('not {json');
    expect(await nexus.run(['key', 'set', 'raw', 'not {json'])).toMatchObject({ code: 2 });
  });

  it('keep secrets from lists and watches', async () => {
    const secret = ['key', 'set', '/secrets/api', '-', '--sensitive', '--raw'];
    await nexus.output(secret, { stdin: 'open sesame' });
    expect(await nexus.output(['key', 'get', '/secrets/api'])).toBe('open sesame');
    const listed = await nexus.output(['key', 'ls', '/secrets/', '--values']);
    expect(listed).toContain('(sensitive)');
    const watched = await nexus.output(['key', 'watch', '*', '--since', '0', '--count', '1']);
    expect(watched).toContain('/secrets/api version 1  created  (sensitive)');
    expect(listed + watched).not.toContain('sesame');
  });

  it('do several operations as one', async () => {
    await nexus.output(['key', 'set', 'a', '1']);
    const operations = (version: number) =>
      JSON.stringify([
        { check: { key: 'a', version } },
        { set: { key: 'b', value: 2 } },
        { delete: { key: 'a' } },
      ]);
    expect(await nexus.run(['key', 'txn', operations(7)])).toMatchObject({ code: 3, stdout: '' });
    expect(await nexus.output(['key', 'txn', '-'], { stdin: operations(1) })).toMatch(
      /b version 1\n.*\nrevision \d+\n$/s,
    );
    expect(await nexus.run(['key', 'txn', '[{"put": {"key": "a"}}]'])).toMatchObject({ code: 2 });
  });

  it('follow keys', async () => {
    const watching = nexus.start(['key', 'watch', '/nodes/*', '--count', '1']);
    await eventually(() => watching.printed().includes('Watching'), 'the watch to begin');
    await nexus.output(['key', 'set', '/nodes/a', '1']);
    expect((await watching.ended).stdout).toMatch(/ {2}\/nodes\/a version 1 {2}created {2}1\n$/);
    expect(await nexus.json(['key', 'watch', '*', '--since', '0', '--count', '1'])).toMatchObject({
      version: 1,
    });
  });

  describe('lock', () => {
    it('runs a command with the lock, and exits as it does', async () => {
      const print = ['sh', '-c', 'echo "$NEXUS_LOCK $NEXUS_FENCING_TOKEN $1"; exit 7', 'sh', '-o'];
      const { code, stdout } = await nexus.run(['lock', 'deploy', '--ttl', '10s', '--', ...print]);
      expect(code).toBe(7);
      expect(stdout).toMatch(/^deploy \d+ -o\n$/);
      expect(await nexus.run(['lock', 'deploy', '--', 'true'])).toMatchObject({ code: 0 });
      expect(await nexus.run(['lock', 'deploy', '--', 'no-such-command'])).toMatchObject({ code: 127 });
      expect(await nexus.run(['lock', 'deploy'])).toMatchObject({ code: 2 });
    });

    it('exits with 3 where others hold it', async () => {
      const holding = nexus.start(['lock', 'deploy', '--', 'sh', '-c', 'echo held; exec sleep 60']);
      await eventually(() => holding.printed().includes('held'), 'the lock to be held');
      const refused = await nexus.run(['lock', 'deploy', '--wait', '0', '--', 'echo', 'never']);
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      holding.process.kill('SIGINT');
      expect((await holding.ended).code).toBe(130);
      expect(await nexus.run(['lock', 'deploy', '--wait', '0', '--', 'true'])).toMatchObject({ code: 0 });
    });
  });
});
