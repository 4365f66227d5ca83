import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotTaken } from '@nexus-state/client';
import type { Command } from './command';
import { Service } from './service';

describe('the commands about workspaces and snapshots', () => {
  let service: Service;
  let nexus: Command;

  beforeAll(async () => {
    service = await Service.start('snapshot-worker');
  }, 120_000);

  afterAll(() => service.close());

  beforeEach(() => {
    nexus = service.command();
  });

  it('create, list, use and delete workspaces', async () => {
    const named = ['workspace', 'create', 'garden', '--name', 'The garden', '--description', 'Lamps'];
    expect(await nexus.output(named)).toBe('workspace garden created\n');
    expect(await nexus.run(['workspace', 'create', 'garden'])).toMatchObject({ code: 3 });
    expect(await nexus.json(['workspace', 'list'])).toMatchObject([
      { workspaceId: 'garden', name: 'The garden', description: 'Lamps' },
    ]);
    expect(await nexus.output(['workspace', 'ls'], { env: { NEXUS_WORKSPACE: 'garden' } })).toContain(
      '\n*  garden ',
    );
    expect(await nexus.run(['workspace', 'use', 'nowhere'])).toMatchObject({ code: 4 });
    expect(await nexus.run(['workspace', 'rm', 'garden'])).toMatchObject({ code: 2 });
    expect(await nexus.output(['workspace', 'rm', 'garden', '--yes'])).toBe('workspace garden deleted\n');
    expect(await nexus.output(['workspace', 'list'])).not.toContain('garden');
  });

  it('remember the workspace in use', async () => {
    const { api } = service;
    const token = nexus.run(['whoami', '-o', 'json']);
    expect((await token).code).toBe(0);
    await nexus.output(['login', api.url]);
    const own = { env: { NEXUS_URL: undefined, NEXUS_TOKEN: undefined } };
    await nexus.output(['workspace', 'create', 'garden'], own);
    expect(await nexus.output(['workspace', 'use', 'garden'], own)).toBe('workspace garden in use\n');
    await nexus.output(['create', 'lamp', '{"on": true}'], own);
    expect(await nexus.output(['get', 'lamp#/on'], own)).toBe('true\n');
  });

  it('share a workspace', async () => {
    const mia = `mia-${randomUUID()}`;
    const owner = `owner-${randomUUID()}`;
    const mine = service.command(owner);
    const hers = service.command(mia);
    await mine.output(['create', 'garden/lamp', '{}']);
    expect(await hers.run(['get', 'garden/lamp', '--owner', owner])).toMatchObject({ code: 4 });
    expect(await mine.output(['member', 'set', 'garden', mia, 'viewer'])).toBe(
      `garden member ${mia} viewer\n`,
    );
    expect(await hers.output(['get', 'garden/lamp', '--owner', owner])).toBe('{}\n');
    expect(await hers.run(['merge', 'garden/lamp', '{}', '--owner', owner])).toMatchObject({ code: 5 });
    expect(await mine.json(['member', 'list', 'garden'])).toMatchObject([{ userId: owner }, { userId: mia }]);
    expect(await mine.run(['member', 'set', 'garden', mia, 'king'])).toMatchObject({ code: 2 });
    expect(await mine.run(['member', 'rm', 'garden', mia])).toMatchObject({ code: 2 });
    expect(await mine.output(['member', 'rm', 'garden', mia, '--yes'])).toBe(
      `garden member ${mia} removed\n`,
    );
  });

  it('take, show, compare and restore snapshots, and clone them', async () => {
    await nexus.output(['create', 'garden/lamp', '{"on": false}']);
    const described = ['snapshot', 'create', 'garden', '--description', 'Before the party'];
    const { snapshotId, gitCommitHash } = await nexus.json<SnapshotTaken>(described);
    expect(await nexus.json(['snapshot', 'list', 'garden'])).toMatchObject([{ snapshotId }]);
    expect(await nexus.output(['snapshot', 'ls', 'garden'])).toContain('Before the party');
    const shown = await nexus.json(['snapshot', 'show', 'garden', snapshotId]);
    expect(shown).toMatchObject({ panels: { lamp: { state: { on: false } } } });
    await nexus.output(['merge', 'garden/lamp', '{"on": true}']);
    expect(await nexus.output(['snapshot', 'diff', 'garden', snapshotId])).toMatch(/\nlamp .* \/on\n$/);
    expect(await nexus.run(['snapshot', 'restore', 'garden', snapshotId])).toMatchObject({ code: 2 });
    const restored = await nexus.run(['snapshot', 'restore', 'garden', snapshotId, '--yes']);
    expect(restored.stdout).toContain('(1 restored, 0 deleted, 0 unchanged)');
    expect(restored.stderr).toMatch(/To undo it: nexus snapshot restore garden .+\n/);
    expect(await nexus.json(['get', 'garden/lamp'])).toEqual({ on: false });
    const overlaid = ['snapshot', 'restore', 'garden', gitCommitHash, '--mode', 'overlay', '--yes'];
    expect(await nexus.run(overlaid)).toMatchObject({ code: 0 });
    expect(await nexus.output(['clone', 'garden', 'copy'])).toBe('copy\n');
    const cloned = path.join(nexus.folder, 'copy');
    expect(JSON.parse(await readFile(path.join(cloned, 'panels', 'lamp.json'), 'utf8'))).toEqual({
      on: false,
    });
    expect(await readFile(path.join(cloned, '.git', 'config'), 'utf8')).not.toContain('Bearer');
    expect(await nexus.run(['clone', 'nowhere'])).toMatchObject({ code: 1, stdout: '' });
  }, 60_000);
});
