import { randomUUID } from 'node:crypto';
import { Service } from './service';

describe('the commands about turns', () => {
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  /** A workspace with a lamp, and the command of its owner. */
  async function lit() {
    const nexus = service.command(`owner-${randomUUID()}`);
    await nexus.output(['create', 'garden/lamp', '{"brightness": 1, "name": "Lamp"}']);
    const begin = async (...options: string[]) =>
      (await nexus.json<{ turnId: string }>(['turn', 'begin', 'garden', '--agent', 'planner', ...options]))
        .turnId;
    return { nexus, begin };
  }

  it('begin, list, show and commit', async () => {
    const { nexus, begin } = await lit();
    const begun = await nexus.run([
      'turn',
      'begin',
      'garden',
      '--agent',
      'planner',
      '--description',
      'Plans',
    ]);
    expect(begun.stdout).toMatch(/^garden turn \S+ open\n$/);
    expect(begun.stderr).toContain('--turn');
    const described = begun.stdout.split(' ')[2] as string;
    const narrow = await begin('--panel', 'l*', '--ttl', '1h', '--policy', 'human-wins');

    const merge = ['merge', 'garden/lamp', '{"brightness": 5}', '--turn', described];
    expect(await nexus.output(merge)).toBe('garden/lamp version 2\n');
    await nexus.output(['merge', 'garden/lamp', '{"name": "Sun"}']);
    expect(await nexus.run(['create', 'garden/fan', '{}', '--turn', narrow])).toMatchObject({ code: 5 });
    const shown = await nexus.output(['turn', 'show', 'garden', described]);
    expect(shown).toMatch(/description +Plans\n/);
    expect(shown).toContain('\nChanges\n  lamp version 2\n    replace /brightness 5\n');
    expect(shown).toContain('\nWhat others changed under it\n  lamp version 3\n    replace /name "Sun"\n');
    expect(await nexus.json(['turn', 'show', 'garden', narrow])).toMatchObject({
      policy: 'human-wins',
      panels: ['l*'],
      changes: [],
    });
    const committed = await nexus.run(['turn', 'commit', 'garden', described]);
    expect(committed.stdout).toBe(`garden turn ${described} committed\n`);
    expect(committed.stderr).toContain('Others changed under it: lamp');
    expect(await nexus.run(['turn', 'commit', 'garden', described])).toMatchObject({ code: 3 });
    expect(await nexus.json(['turn', 'list', 'garden', '--state', 'open'])).toMatchObject([
      { turnId: narrow },
    ]);
    expect(await nexus.output(['turn', 'ls', 'garden'])).toContain('committed');
    expect(await nexus.run(['turn', 'begin', 'garden'])).toMatchObject({ code: 2 });
  }, 120_000);

  it('make changes of every kind part of a turn, and abort takes all of them back', async () => {
    const { nexus, begin } = await lit();
    const turn = await begin();
    const operations = '[{"op": "inc", "path": "/brightness", "value": 1}]';
    await nexus.output(['patch', 'garden/lamp', operations, '--turn', turn]);
    await nexus.output(['set', 'garden/lamp', '{"name": "Sun"}', '--version', '2', '--turn', turn]);
    await nexus.output(['revert', 'garden/lamp', '2', '--turn', turn]);
    await nexus.run(['edit', 'garden/lamp', '--turn', turn], {
      env: { EDITOR: 'sed -i s/Lamp/Dusk/' },
    });
    await nexus.output(['create', 'garden/fan', '{"speed": 1}', '--turn', turn]);
    await nexus.output(['rm', 'garden/lamp', '--yes', '--turn', turn]);
    const abort = ['turn', 'abort', 'garden', turn];
    expect(await nexus.run(abort)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    const preview = await nexus.output([...abort, '--preview']);
    expect(preview).toContain(`garden turn ${turn} would be aborted\n`);
    expect(preview).toMatch(/\n {2}fan version \d+\n/);
    expect(await nexus.json(['turn', 'show', 'garden', turn])).toMatchObject({ state: 'open' });
    expect(await nexus.output([...abort, '-y'])).toContain(`garden turn ${turn} aborted\n`);
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ brightness: 1, name: 'Lamp' });
    expect(await nexus.run(['get', 'garden/fan'])).toMatchObject({ code: 4 });
  }, 120_000);

  it('say what a change left, because people had set it', async () => {
    const { nexus, begin } = await lit();
    const policy = (name: string) => begin('--policy', name);
    const [wins, proposes] = [await policy('human-wins'), await policy('propose')];
    await nexus.output(['merge', 'garden/lamp', '{"name": "Moon"}']);
    const base = ['--version', '1', '--on-conflict', 'merge', '--turn'];
    const change = ['patch', 'garden/lamp', '[{"op": "replace", "path": "/name", "value": "Sea"}]', ...base];
    expect(await nexus.run([...change, wins])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Left at /name: yours "Sea", there "Moon"'),
    });
    expect(await nexus.run([...change, proposes])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('nexus proposal show garden '),
    });
    expect(await nexus.json(['get', 'garden/lamp#/name'])).toBe('Moon');
  }, 120_000);

  it('undo what matches, and keep what others did since', async () => {
    const { nexus, begin } = await lit();
    const [turn, other] = [await begin(), await begin()];
    const operations =
      '[{"op": "replace", "path": "/name", "value": "Sea"}, {"op": "add", "path": "/on", "value": true}]';
    await nexus.output(['patch', 'garden/lamp', operations, '--turn', turn]);
    await nexus.output(['merge', 'garden/lamp', '{"brightness": 7}', '--turn', other]);
    await nexus.output(['merge', 'garden/lamp', '{"name": "Moon"}']);
    const undo = ['undo', 'garden', '--turn', turn];
    expect(await nexus.run(undo)).toMatchObject({ code: 2 });
    expect(await nexus.run(['undo', 'garden', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('at least one criterion'),
    });
    expect(await nexus.output([...undo, '--preview'])).toContain('garden would be changed\n  lamp version');
    const done = await nexus.run([...undo, '--yes']);
    expect(done.stdout).toContain('    remove /on\n');
    expect(done.stderr).toContain('Left at lamp#/name: to be "Lamp", there "Moon"');
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ brightness: 7, name: 'Moon' });

    const byAgent = [
      'undo',
      'garden',
      '--triggered-by',
      'ai',
      '--since',
      '1h',
      '--until',
      '0s',
      '--panel',
      'l*',
    ];
    await nexus.output([...byAgent, '--yes']);
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ brightness: 1, name: 'Moon' });
    expect(await nexus.output(['undo', 'garden', '--actor', 'nobody', '-y'])).toContain(
      'nothing to take back',
    );
  }, 120_000);
});
