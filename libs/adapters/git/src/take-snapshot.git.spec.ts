import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitFolder, createGitFolder, gitIn, objectsIn } from '@nexus-state/test-kit';
import {
  MemoryPanelStore,
  MemorySnapshotCoverage,
  MemorySnapshotStore,
  MemoryUpdateBus,
  MemoryWorkspaceLock,
  MemoryWorkspaceReader,
} from '@nexus-state/state-core/memory';
import type { JsonObject } from '@nexus-state/documents';
import { type WorkspaceKey, inProcess, panelPath, prettyJson, takeSnapshot } from '@nexus-state/state-core';
import { anAppend } from '@nexus-state/state-core/testing';
import {
  aJobRun,
  aSnapshotRequest,
  aWorkspace,
  takenSnapshot,
} from '@nexus-state/state-core/testing/snapshot-builders';
import { GitSnapshotRepository } from './git-snapshot-repository';
import { repositoryFolder } from './repository-folder';

describe('takeSnapshot into git', () => {
  let folder: GitFolder;
  let workspace: WorkspaceKey;
  let store: MemoryPanelStore;
  let repository: GitSnapshotRepository;
  beforeEach(async () => {
    folder = await createGitFolder();
    workspace = aWorkspace();
    store = new MemoryPanelStore();
    repository = new GitSnapshotRepository({ root: folder.root });
  });
  afterEach(async () => {
    await folder.check();
    await folder.remove();
  });

  const take = async () => {
    const taken = await takeSnapshot(
      { request: aSnapshotRequest({ workspace }), ...aJobRun() },
      {
        lock: new MemoryWorkspaceLock(),
        reader: new MemoryWorkspaceReader(store),
        repository,
        snapshots: new MemorySnapshotStore(),
        bus: new MemoryUpdateBus(),
        observer: {
          hintFailed: (_hint, error) => {
            throw error;
          },
        },
        coverage: new MemorySnapshotCoverage(store),
        large: inProcess,
      },
    );
    return takenSnapshot(taken);
  };
  const write = (states: Record<string, JsonObject>, version = 1) =>
    store.append(
      Object.entries(states).map(([panelId, state]) =>
        anAppend({ ...workspace, panelId }, version - 1, [{ state }]),
      ),
    );

  it('keeps panels with every id there may be apart, also in a clone', async () => {
    const allowed = [
      ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~:-',
      ...[
        '...',
        '..a',
        'a..',
        '.git',
        '.GIT',
        '.gitmodules',
        'git~1',
        'a.lock',
        'HEAD',
        '-rf',
        '--',
        '~',
        ':',
      ],
      ...[
        'CON',
        'con',
        'nul.txt',
        'COM1',
        'a:b',
        'a~b',
        'workspace',
        'panels',
        '__proto__',
        'toString',
        '007',
      ],
      ...[
        'Panel',
        'panel',
        'PANEL',
        'a'.repeat(255),
        'A'.repeat(255),
        ':'.repeat(255),
        `${'~'.repeat(254)}a`,
      ],
      ...['a'.repeat(250), 'a'.repeat(251), `.${'a'.repeat(254)}`],
    ];
    const states = Object.fromEntries(allowed.map((id) => [id, { id }]));
    await write(states);
    const { gitCommitHash, panelCount } = await take();

    expect(panelCount).toBe(new Set(allowed).size);
    expect(await repository.readFiles(workspace, gitCommitHash, allowed.map(panelPath))).toEqual(
      allowed.map((id) => prettyJson({ id })),
    );
    const clone = join(folder.root, 'clones', 'one');
    const gitDir = repositoryFolder(folder.root, workspace);
    await gitIn(gitDir, ['clone', '--quiet', gitDir, clone]);
    expect(await readdir(join(clone, 'panels'))).toHaveLength(panelCount);
    for (const id of allowed) {
      expect(JSON.parse(await readFile(join(clone, panelPath(id)), 'utf8'))).toEqual({ id });
    }
  });

  it('writes three blobs where three panels of 5,000 changed', async () => {
    const ids = Array.from({ length: 5_000 }, (_, n) => `panel-${n}`);
    await write(Object.fromEntries(ids.map((id) => [id, { $state: { id } }])));
    const first = await take();
    const gitDir = repositoryFolder(folder.root, workspace);
    const before = await objectsIn(gitDir);
    expect(before).toEqual({ blob: 5_001, tree: 2, commit: 1 });

    await write({ 'panel-7': { a: 1 }, 'panel-77': { a: 2 }, 'panel-777': { a: 3 } }, 2);
    const second = await take();
    // Beside the panels: the manifest, its tree and that of the panels, the commit.
    expect(await objectsIn(gitDir)).toEqual({ blob: 5_001 + 3 + 1, tree: 4, commit: 2 });
    const changed = ['diff', '--name-only', first.gitCommitHash, second.gitCommitHash, '--', 'panels'];
    expect(await gitIn(gitDir, changed)).toBe(
      'panels/panel-7.json\npanels/panel-77.json\npanels/panel-777.json\n',
    );
  }, 30_000);

  it('takes states of one mebibyte with any content', async () => {
    const texts = ['x', 'ü€😀', '\n', '"\\', '\u2028'].map((unit) =>
      unit.repeat(Math.floor((1024 * 1024 - 12) / Buffer.byteLength(JSON.stringify(unit).slice(1, -1)))),
    );
    const states = Object.fromEntries(texts.map((text, n) => [`${n}`, { text }]));
    await write(states);
    const { gitCommitHash, totalSizeBytes } = await take();
    expect(totalSizeBytes).toBeGreaterThan(texts.length * 1024 * 1000);
    const paths = Object.keys(states).map(panelPath);
    const files = await repository.readFiles(workspace, gitCommitHash, paths);
    expect(files.map((file) => JSON.parse(file as string))).toEqual(Object.values(states));
  });
});
