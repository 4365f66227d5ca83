import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import type { Command } from './command';
import { changesOf, importIdIn, panelLines, versionsOf, writeFileOf } from './moving-files';
import { Service } from './service';

/** How often an import is killed and gone on with. */
const rounds = Number(process.env['NEXUS_KILL_ROUNDS'] ?? 1);

describe('import', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(() => {
    nexus = service.command();
  });

  it('says what it would do, and does nothing', async () => {
    await nexus.output(['create', 'garden/panel-0', '{"index": 0}']);
    await nexus.output(['create', 'garden/panel-1', '{"index": "other"}']);
    const dry = ['import', 'garden', '-', '--dry-run'];
    expect(await nexus.run(dry, { stdin: panelLines(5) })).toMatchObject({
      code: 0,
      stdout: 'garden: 3 to create, 1 to replace, 1 unchanged\n',
    });
    expect(await nexus.json(dry, { stdin: panelLines(5) })).toEqual({
      dryRun: true,
      workspaceId: 'garden',
      ...{ created: 3, replaced: 1, unchanged: 1, skipped: 0, earlier: 0, failed: 0, problems: [] },
    });
    expect(await nexus.run([...dry, '--quiet'], { stdin: panelLines(5) })).toMatchObject({
      stdout: '',
      stderr: '',
    });
    expect(await versionsOf(nexus, 'garden')).toEqual({ 'panel-0': 1, 'panel-1': 1 });
    expect(await nexus.output(['import', '--list', '-o', 'json'])).toBe('[]\n');
    expect(await nexus.run(['import', 'nowhere', '-', '--dry-run'], { stdin: panelLines(2) })).toMatchObject({
      code: 0,
    });
    expect(await nexus.output(['workspace', 'list'])).not.toContain('nowhere');
  });

  it('changes nothing when it runs twice, and leaves what is there alone where it should', async () => {
    const file = writeFileOf(nexus, 'panels.ndjson', panelLines(3));
    const first = await nexus.run(['import', 'garden', file]);
    expect(first.stdout).toContain('3 created');
    // No bar, and nothing else that only a terminal shows.
    expect(first.stderr).not.toMatch(/[\r\u001b]/);
    expect(await nexus.output(['import', 'garden', file])).toContain('0 created, 0 replaced, 3 unchanged');
    await nexus.output(['set', 'garden/panel-1', '{"mine": true}', '--force']);
    expect(await nexus.output(['import', 'garden', file, '--existing', 'skip'])).toContain(
      '2 unchanged, 1 left as they are',
    );
    expect(await nexus.output(['import', 'garden', file], { env: { NEXUS_WORKSPACE: 'other' } })).toContain(
      '1 replaced',
    );
    expect(await versionsOf(nexus, 'garden')).toEqual({ 'panel-0': 1, 'panel-1': 3, 'panel-2': 1 });
    expect(await nexus.output(['import', file], { env: { NEXUS_WORKSPACE: 'other' } })).toContain(
      'into other: 3 created',
    );
  });

  it('says which lines are bad, and imports the others', async () => {
    const lines = [
      '{"panelId": "lamp", "state": {"on": true}}',
      '{"panelId": "fan", "state": ',
      '',
      '{"panelId": "fan"}',
      '{"panelId": "no id", "state": {}}',
      '{"panelId": "lamp", "state": {"on": false}}',
      `{"panelId": "large", "state": {"text": "${'x'.repeat(1_100_000)}"}}`,
      '{"panelId": "changes", "state": {}}',
      '{"panelId": "last", "state": {"on": true}}',
    ];
    const { code, stdout, stderr } = await nexus.run(['import', 'garden', '-'], { stdin: lines.join('\n') });
    expect(code).toBe(1);
    expect(stdout).toContain('2 created, 0 replaced, 0 unchanged, 6 not imported');
    for (const line of [2, 4, 5, 6, 7, 8]) expect(stderr).toMatch(new RegExp(`\\n {2}line ${line} .+`));
    expect(stderr).toContain('line 6 has panel "lamp" again; the first one counts');
    expect(stderr).toContain('(state_too_large)');
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ on: true });
    expect(await versionsOf(nexus, 'garden')).toEqual({ lamp: 1, last: 1 });
  });

  it('is taken back exactly, and what was changed since is left', async () => {
    await nexus.output(['create', 'garden/own', '{"own": true}']);
    for (const index of [0, 1, 2])
      await nexus.output(['create', `garden/panel-${index}`, `{"old": ${index}}`]);
    const id = importIdIn(await nexus.output(['import', 'garden', '-'], { stdin: panelLines(6) }));
    await nexus.output(['merge', 'garden/panel-1', '{"changed": true}']);
    await nexus.output(['merge', 'garden/panel-4', '{"changed": true}']);
    await nexus.output(['rm', 'garden/panel-5', '--yes']);
    const unasked = await nexus.run(['import', '--undo', id]);
    expect(unasked).toMatchObject({ code: 2, stdout: '' });
    expect(unasked.stderr).toMatch(
      /^nexus: Take back import imp-.*\? Without a terminal this needs --yes\.\n/,
    );
    expect(await versionsOf(nexus, 'garden')).toMatchObject({ 'panel-0': 2, 'panel-3': 1 });
    const undone = await nexus.run(['import', '--undo', id, '--yes']);
    expect(undone).toMatchObject({
      code: 0,
      stdout: `import ${id} taken back: 1 deleted, 2 reverted, 2 changed since and left alone, 1 gone already\n`,
    });
    expect(undone.stderr).toContain(
      'left alone: garden/panel-1 was changed since: version 2 was imported, it is at version 3\n',
    );
    expect(await nexus.json(['get', 'garden/panel-0'])).toEqual({ old: 0 });
    expect(await nexus.json(['get', 'garden/panel-1'])).toEqual({ index: 1, changed: true });
    expect(await nexus.json(['get', 'garden/panel-4'])).toEqual({ index: 4, changed: true });
    expect(Object.keys(await versionsOf(nexus, 'garden'))).toEqual([
      'own',
      'panel-0',
      'panel-1',
      'panel-2',
      'panel-4',
    ]);
    const again = await nexus.json(['import', '--undo', id, '--yes']);
    expect(again).toMatchObject({
      deleted: 0,
      reverted: 0,
      already: 4,
      left: [{ panelId: 'panel-4' }, { panelId: 'panel-1' }],
    });
    expect(await nexus.run(['import', '--undo', 'imp-0000000000'])).toMatchObject({ code: 4 });
    const elsewhere = { env: { NEXUS_URL: 'http://127.0.0.1:1' } };
    expect(await nexus.run(['import', '--undo', id, '--yes'], elsewhere)).toMatchObject({ code: 1 });
    expect(await nexus.output(['import', '--list'])).toContain(id);
  });

  it('goes on with standard input under its id', async () => {
    const running = nexus.start(['import', 'garden', '-'], { stdin: panelLines(1_000) });
    await eventually(() => running.printed().includes('Import imp-'), 'the import to begin');
    running.process.kill('SIGKILL');
    await running.ended;
    const id = importIdIn(running.printed());
    const resumed = await nexus.run(['import', 'garden', '-', '--resume', id], { stdin: panelLines(1_000) });
    expect(resumed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`import ${id} into garden`) as string,
    });
    expect(
      await nexus.run(['import', 'garden', '-', '--resume', id], { stdin: panelLines(1) }),
    ).toMatchObject({ code: 1 });
  });

  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'writes every panel once when it is killed at any moment, and is taken back whole: round %i',
    async () => {
      // It may be killed after its end, before it says so; the same command would then begin another.
      const hasEnded = async (id: string) =>
        (await nexus.json<{ id: string; endedAt?: string }[]>(['import', '--list'])).some(
          (one) => one.id === id && one.endedAt !== undefined,
        );
      const panels = 1_200;
      const file = writeFileOf(nexus, 'panels.ndjson', panelLines(panels));
      await nexus.output(['create', 'garden/panel-0', '{"old": true}']);
      let [id, kills] = ['', 0];
      for (;;) {
        const running = nexus.start(['import', 'garden', file]);
        await eventually(() => /import imp-/i.test(running.printed()), 'the import to begin');
        id ||= importIdIn(running.printed());
        // Not a wait for anything: the moment is what the test is about.
        if (kills < 3) await Promise.race([pause(Math.random() * 3_000), running.ended]);
        const isEnded = !(kills < 3 && running.process.kill('SIGKILL'));
        kills++;
        const { stdout, code } = await running.ended;
        expect(importIdIn(running.printed())).toBe(id);
        if (!isEnded && (await hasEnded(id))) break;
        if (!isEnded || code !== 0) continue;
        expect(stdout).toContain(`import ${id} into garden`);
        break;
      }
      const changes = await changesOf(nexus, 'garden', panels + 1);
      const imported = changes.slice(1).map(({ panelId, version }) => `${panelId} ${version}`);
      expect(new Set(imported).size).toBe(panels);
      expect(imported).toContain('panel-0 2');
      expect(Object.keys(await versionsOf(nexus, 'garden'))).toHaveLength(panels);
      expect(await nexus.json(['import', '--undo', id, '--yes'])).toMatchObject({
        deleted: panels - 1,
        reverted: 1,
        already: 0,
        left: [],
      });
      expect(await versionsOf(nexus, 'garden')).toEqual({ 'panel-0': 3 });
      expect(await nexus.json(['get', 'garden/panel-0'])).toEqual({ old: true });
    },
    240_000,
  );

  it('shows a bar on a terminal, and ends on Ctrl-C with what it has done', async () => {
    const file = writeFileOf(nexus, 'panels.ndjson', panelLines(20_000));
    const running = nexus.onTerminal(['import', 'garden', file]);
    await eventually(() => /\[#*-*\] \d+ %, \d+ panels/.test(running.printed()), 'the bar');
    running.process.stdin?.write('\u0003');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    const id = importIdIn(stdout);
    expect(stdout).toContain(`To take it back: nexus import --undo ${id}`);
    const declined = nexus.onTerminal(['import', '--undo', id]);
    await eventually(() => declined.printed().includes('[y/N]'), 'the question');
    declined.process.stdin?.end('n\n');
    expect(await declined.ended).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('Nothing was changed.'),
    });
    const undo = nexus.onTerminal(['import', '--undo', id]);
    await eventually(() => undo.printed().includes('[y/N]'), 'the question');
    undo.process.stdin?.end('y\n');
    expect((await undo.ended).code).toBe(0);
    expect(await versionsOf(nexus, 'garden')).toEqual({});
  }, 120_000);
});
