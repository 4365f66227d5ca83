import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from './command';
import { Service } from './service';

describe('the commands about panels', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start();
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(async () => {
    nexus = service.command();
    await nexus.output(['create', 'garden/lamp', '{"on": false, "brightness": 40, "tags": ["desk"]}']);
  });

  const state = async (...argv: string[]) => nexus.json(['get', 'garden/lamp', ...argv]);

  it('create one, and say its version', async () => {
    expect(await nexus.output(['create', 'garden/fan', '{"on": true}'])).toBe('garden/fan version 1\n');
    expect(await nexus.json(['create', 'garden/door', '{}'])).toMatchObject({ version: 1, merged: false });
    expect(await nexus.output(['create', 'garden/hall', '{}', '--quiet'])).toBe('');
  });

  it('create one from a file and from standard input', async () => {
    const file = path.join(nexus.folder, 'fan.json');
    await writeFile(file, '{"speed": 3}');
    await nexus.output(['create', 'garden/fan', `@${file}`]);
    await nexus.output(['create', 'garden/door', '-'], { stdin: '{"open": true}' });
    expect(await nexus.json(['get', 'garden/fan'])).toEqual({ speed: 3 });
    expect(await nexus.json(['get', 'garden/door'])).toEqual({ open: true });
  });

  it('list them', async () => {
    expect(await nexus.output(['ls', 'garden'])).toMatch(
      /^PANEL +VERSION +BYTES +UPDATED\nlamp +1 +\d+ +\d{4}-/,
    );
    expect(await nexus.json(['ls', 'garden'])).toMatchObject([{ panelId: 'lamp', version: 1 }]);
    expect(await nexus.output(['ls'], { env: { NEXUS_WORKSPACE: 'garden' } })).toContain('lamp');
  });

  it('print a state, or a part of it', async () => {
    expect(await state()).toEqual({ on: false, brightness: 40, tags: ['desk'] });
    expect(await nexus.output(['get', 'garden/lamp#/brightness'])).toBe('40\n');
    expect(await nexus.output(['get', 'lamp#/tags/0'], { env: { NEXUS_WORKSPACE: 'garden' } })).toBe(
      '"desk"\n',
    );
    expect(await nexus.output(['get', 'garden/lamp', '-o', 'yaml'])).toContain('brightness: 40\n');
    expect(await state('--full', '--fresh')).toMatchObject({ version: 1, state: { on: false } });
  });

  it('print an old version, and what there was at an instant', async () => {
    await nexus.output(['merge', 'garden/lamp', '{"on": true}']);
    const { updatedAt } = (await state('--full', '--version', '1')) as { updatedAt: string };
    expect(await state('--version', '1')).toMatchObject({ on: false });
    expect(await state('--at', updatedAt)).toMatchObject({ on: false });
    expect(await nexus.run(['get', 'garden/lamp', '--version', '1', '--at', '1m'])).toMatchObject({
      code: 2,
    });
  });

  it('replace a state on top of a version, or else are refused', async () => {
    const set = (...argv: string[]) => nexus.run(['set', 'garden/lamp', '{"on": true}', ...argv]);
    expect(await set('--version', '1')).toMatchObject({ code: 0, stdout: 'garden/lamp version 2\n' });
    const late = await set('--version', '1', '--on-conflict', 'reject');
    expect(late).toMatchObject({ code: 3, stdout: '' });
    expect(late.stderr).toContain('try:   nexus get garden/lamp --full');
    expect(await set()).toMatchObject({ code: 2, stdout: '' });
    expect(await set('--force')).toMatchObject({ code: 0, stdout: 'garden/lamp version 3\n' });
    expect(await nexus.output(['set', 'garden/new', '{}'])).toBe('garden/new version 1\n');
  });

  it('work in a pipe', async () => {
    const read = await nexus.output(['get', 'garden/lamp', '-o', 'json']);
    await nexus.output(['set', 'garden/copy', '-'], { stdin: read });
    expect(await nexus.json(['get', 'garden/copy'])).toEqual(JSON.parse(read));
  });

  it('patch and merge, also on top of an old version', async () => {
    const inc = '[{"op": "inc", "path": "/brightness", "value": 5}]';
    expect(await nexus.output(['patch', 'garden/lamp', inc])).toBe('garden/lamp version 2\n');
    expect(await nexus.json(['patch', 'garden/lamp', inc, '--version', '1'])).toMatchObject({ merged: true });
    await nexus.output(['merge', 'garden/lamp', '{"tags": null, "on": true}', '--version', '1']);
    expect(await state()).toEqual({ on: true, brightness: 50 });
    const conflict = await nexus.run([
      'merge',
      'garden/lamp',
      '{"on": "dim"}',
      ...['--version', '1', '--on-conflict', 'merge'],
    ]);
    expect(conflict.code).toBe(3);
    expect(conflict.stderr).toContain('  /on: yours "dim", theirs true');
  });

  it('tell the history, the differences and who set what', async () => {
    await nexus.output(['merge', 'garden/lamp', '{"on": true}']);
    expect(await nexus.json(['history', 'garden/lamp'])).toMatchObject([{ version: 2 }, { version: 1 }]);
    expect(await nexus.json(['history', 'garden/lamp', '--limit', '1'])).toHaveLength(1);
    expect(await nexus.json(['history', 'garden/lamp', '--since', '1h', '--until', '30m'])).toEqual([]);
    expect(await nexus.output(['history', 'garden/lamp'])).toMatch(
      /^VERSION +CHANGE .*\n2 +updated .* \/on\n1 +created/,
    );
    const diff = await nexus.output(['diff', 'garden/lamp', '1', '2']);
    expect(diff).toContain('--- garden/lamp version 1');
    expect(diff).toContain('-  "on": false,\n+  "on": true,');
    expect(await nexus.run(['diff', 'garden/lamp', '2', '2'])).toMatchObject({ code: 0, stdout: '' });
    expect(await nexus.json(['diff', 'garden/lamp', '1'])).toMatchObject({
      from: { version: 1 },
      to: { version: 2 },
    });
    expect(await nexus.output(['blame', 'garden/lamp#/on'])).toMatch(/\n\/on +2 .* true\n$/);
    expect(await nexus.json(['blame', 'garden/lamp', '--version', '1'])).toMatchObject({ version: 1 });
  });

  it('go back to an old version', async () => {
    await nexus.output(['merge', 'garden/lamp', '{"on": true}']);
    expect(await nexus.output(['revert', 'garden/lamp', '1'])).toBe('garden/lamp version 3\n');
    expect(await state()).toMatchObject({ on: false });
    expect(await nexus.run(['revert', 'garden/lamp', 'one'])).toMatchObject({ code: 2 });
    expect(await nexus.run(['revert', 'garden/lamp', '2', '--version', '1'])).toMatchObject({ code: 3 });
    expect(await nexus.output(['revert', 'garden/lamp', '2', '--version', '3'])).toBe(
      'garden/lamp version 4\n',
    );
  });

  it('delete one only with --yes in a script', async () => {
    const refused = await nexus.run(['rm', 'garden/lamp']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--yes');
    expect(await nexus.output(['rm', 'garden/lamp', '--version', '1', '--yes'])).toBe(
      'garden/lamp version 2\n',
    );
    const gone = await nexus.run(['get', 'garden/lamp']);
    expect(gone).toMatchObject({ code: 4, stdout: '' });
    expect(gone.stderr).toMatch(
      /^nexus: .+\n {2}where: garden\/lamp, http.+, not_found, request .+\n {2}try: {3}nexus ls garden\n$/,
    );
  });

  it('edit one, and merge what others do meanwhile', async () => {
    const editor = path.join(nexus.folder, 'editor.sh');
    await writeFile(
      editor,
      `${process.execPath} ${nexus.file} merge garden/lamp '{"brightness": 99}' >&2 && sed -i 's/"on": false/"on": true/' "$1"\n`,
    );
    expect(await nexus.output(['edit', 'garden/lamp'], { env: { EDITOR: `sh ${editor}` } })).toBe(
      'garden/lamp version 3\n',
    );
    expect(await state()).toEqual({ on: true, brightness: 99, tags: ['desk'] });
  });

  it('edit nothing where the text is as it was, or no JSON', async () => {
    const unchanged = await nexus.run(['edit', 'garden/lamp'], { env: { VISUAL: 'true' } });
    expect(unchanged).toMatchObject({ code: 0, stdout: '' });
    expect(unchanged.stderr).toContain('Nothing was changed.');
    const broken = await nexus.run(['edit', 'garden/lamp'], { env: { EDITOR: 'printf "{" >' } });
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain('Your text is kept');
    expect(await nexus.run(['edit', 'garden/lamp'], { env: { EDITOR: 'false' } })).toMatchObject({ code: 1 });
    expect(await state('--full')).toMatchObject({ version: 1 });
  });

  it('name wrong usage', async () => {
    for (const argv of [
      ['get'],
      ['get', 'lamp'],
      ['get', 'garden/lamp', '--version', 'x'],
      ['get', 'garden/lamp', '-o', 'xml'],
      ['create', 'garden/x', '[]'],
      ['create', 'garden/x', '@/nowhere.json'],
      ['merge', 'garden/lamp#/on', 'true'],
      ['nonsense'],
    ]) {
      const { code, stdout, stderr } = await nexus.run(argv);
      expect({ argv, code, stdout }).toEqual({ argv, code: 2, stdout: '' });
      expect(stderr).toMatch(/^nexus: /);
    }
  });
});
