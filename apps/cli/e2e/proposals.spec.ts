import { randomUUID } from 'node:crypto';
import { testToken } from '@nexus-state/test-kit';
import { Service } from './service';

describe('the commands for people and AI', () => {
  let service: Service;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  /** A workspace of one user, and somebody else who may change it. */
  async function shared() {
    const [owner, editor] = [`owner-${randomUUID()}`, `editor-${randomUUID()}`];
    const mine = service.command(owner);
    const theirs = service.command(editor, { NEXUS_OWNER: owner });
    await mine.output(['create', 'garden/lamp', '{"brightness": 1, "name": "Lamp"}']);
    await mine.output(['member', 'set', 'garden', editor, 'editor']);
    return { mine, theirs, owner, editor };
  }

  it('print a context within its budget', async () => {
    const { mine } = await shared();
    const context = ['context', 'garden', '--budget', '200'];
    const printed = await mine.run(context);
    expect(printed.stdout).toContain('Lamp');
    expect(printed.stderr).toMatch(/^\d+ of 200 tokens.*--since \d+\n$/);
    const chosen = [
      ...context,
      '--panel',
      'l*',
      '--panel',
      'fan',
      '--pointer',
      '/name',
      '--include',
      'state',
    ];
    const how = ['--query', 'lamp', '--format', 'json', '--tokenizer', 'cl100k_base'];
    expect(await mine.json([...chosen, ...how])).toMatchObject({
      budgetTokens: 200,
      parts: [{ panelId: 'lamp', pointer: '/name' }],
    });
    expect(await mine.output([...context, '--since', '0'])).toContain('lamp');
    expect(await mine.run(['context', 'garden'])).toMatchObject({ code: 2 });
    expect(await mine.run([...context, '--include', 'everything'])).toMatchObject({ code: 2 });
  });

  it('propose, list, show, approve, reject and withdraw', async () => {
    const { mine, theirs } = await shared();
    const propose = async (...argv: string[]) =>
      (await theirs.json<{ proposalId: string }>(['propose', ...argv])).proposalId;
    const patch = '[{"op": "inc", "path": "/brightness", "value": 5}, {"op": "remove", "path": "/name"}]';
    const titled = ['--title', 'Brighter', '--reason', 'It gets dark.', '--expires', '1d'];
    const brighter = await propose('garden/lamp', patch, ...titled);
    const shown = await mine.output(['proposal', 'show', 'garden', brighter]);
    expect(shown).toMatch(/^title +Brighter\n/);
    expect(shown).toContain('\n  0  lamp inc /brightness 5\n  1  lamp remove /name\n');
    expect(shown).toContain('\n  lamp version 1\n    remove /name\n    replace /brightness 6\n');
    expect(await theirs.run(['proposal', 'approve', 'garden', brighter])).toMatchObject({ code: 5 });
    const partly = ['proposal', 'approve', 'garden', brighter, '--operations', '0', '--comment', 'Thanks'];
    expect(await mine.output(partly)).toBe(`garden proposal ${brighter} approved\ngarden/lamp version 2\n`);
    expect(await mine.run(partly)).toMatchObject({ code: 3 });

    const named = await propose(
      'garden/lamp',
      '--state',
      '{"name": "Sun"}',
      '--version',
      '1',
      '--title',
      'Sun',
    );
    await mine.output(['merge', 'garden/lamp', '{"name": "Moon"}']);
    const approve = ['proposal', 'approve', 'garden', named];
    expect(await mine.run(approve)).toMatchObject({ code: 3 });
    expect(await mine.output(['proposal', 'show', 'garden', named])).toContain('conflict at /');
    expect(await mine.json(['proposal', 'show', 'garden', named])).toMatchObject({ proposalId: named });

    const several = '[{"panelId": "fan", "version": 0, "state": {}}]';
    const fan = await propose('garden', '--changes', several, '--title', 'A fan');
    expect(await mine.output(['proposal', 'reject', 'garden', fan, '--reason', 'No.'])).toBe(
      `garden proposal ${fan} rejected\n`,
    );
    const gone = await propose('garden/lamp', '--delete', '--title', 'No lamp');
    expect(await theirs.output(['proposal', 'withdraw', 'garden', gone])).toBe(
      `garden proposal ${gone} withdrawn\n`,
    );
    expect(await mine.json(['proposal', 'list', 'garden', '--state', 'open'])).toMatchObject([
      { proposalId: named },
    ]);
    expect(await mine.output(['proposal', 'ls', 'garden'])).toContain('withdrawn');
    expect(await theirs.run(['propose', 'garden/lamp', '--title', 'Nothing'])).toMatchObject({ code: 2 });
    expect(await theirs.run(['propose', 'garden/lamp', patch])).toMatchObject({ code: 2 });
  }, 120_000);

  it('settle conflicts', async () => {
    const { mine, theirs } = await shared();
    const sea = ['propose', 'garden/lamp', '--state', '{"name": "Sea", "brightness": 1}', '--version', '1'];
    const { proposalId } = await theirs.json<{ proposalId: string }>([...sea, '--title', 'Sea']);
    await mine.output(['merge', 'garden/lamp', '{"name": "Moon"}']);
    const approve = ['proposal', 'approve', 'garden', proposalId, '--resolutions'];
    expect(await mine.run([...approve, '[{}]'])).toMatchObject({ code: 1, stdout: '' });
    await mine.output([...approve, '[{"panelId": "lamp", "path": "/name", "value": "Sun and moon"}]']);
    expect(await mine.json(['get', 'garden/lamp#/name'])).toBe('Sun and moon');
  }, 60_000);

  it('say that a change waits where a rule wants it to', async () => {
    const { mine, theirs, owner, editor } = await shared();
    const response = await fetch(`${service.api.url}/api/workspaces/garden/approval-rules`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${testToken(owner)}`, 'content-type': 'application/json' },
      body: JSON.stringify([{ when: { actor: editor }, need: 'proposal' }]),
    });
    expect(response.status).toBe(200);
    const merged = await theirs.run(['merge', 'garden/lamp', '{"brightness": 9}']);
    expect(merged).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^garden\/lamp proposal \S+ open\n$/),
    });
    expect(merged.stderr).toContain('nexus proposal show garden');
    expect(await mine.json(['get', 'garden/lamp'])).toMatchObject({ brightness: 1 });
    const imported = await theirs.run(['import', 'garden', '-'], {
      stdin: '{"panelId": "fan", "state": {}}',
    });
    expect(imported).toMatchObject({ code: 5, stderr: expect.stringContaining('by approval only') });
  });
});
