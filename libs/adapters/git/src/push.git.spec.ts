import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { join } from 'node:path';
import {
  type GitFolder,
  type GitServer,
  branchTip,
  createBareRepository,
  createGitFolder,
  createRemote,
  serveGit,
} from '@nexus-state/test-kit';
import { PushRefused, Unavailable, type WorkspaceKey, manifestPath } from '@nexus-state/state-core';
import { makeCommit } from '@nexus-state/state-core/testing/make-commit';
import {
  aManifestText,
  aWorkspace,
  commitDetails,
  onTopOf,
} from '@nexus-state/state-core/testing/snapshot-builders';
import { describeSnapshotRemotes } from '@nexus-state/state-core/testing/snapshot-remote.contract';
import { GitSnapshotRepository } from './git-snapshot-repository';

const never = new AbortController().signal;

describeSnapshotRemotes('git', async () => {
  const [folder, remotes] = [await createGitFolder(), await createGitFolder()];
  return {
    repository: new GitSnapshotRepository({ root: folder.root }),
    createRemote: () => createRemote(remotes.root),
    check: folder.check,
    close: async () => {
      await folder.remove();
      await remotes.remove();
    },
  };
});

describe('pushing with git', () => {
  const password = `p%:@ss '"${randomUUID()}`;
  let folder: GitFolder;
  let remotes: GitFolder;
  let repository: GitSnapshotRepository;
  let server: GitServer;
  let commandLines: string;
  beforeAll(async () => {
    [folder, remotes] = [await createGitFolder(), await createGitFolder()];
    repository = new GitSnapshotRepository({ root: folder.root, patientTimeoutMs: 20_000 });
    const onRequest = () => (commandLines += execFileSync('ps', ['-ww', '-eo', 'args']).toString());
    server = await serveGit({ root: remotes.root, user: 'nexus@example.com', password, onRequest });
  });
  beforeEach(() => (commandLines = ''));
  afterAll(async () => {
    await server.close();
    await folder.remove();
    await remotes.remove();
  });

  const aCommittedWorkspace = async (): Promise<WorkspaceKey> => {
    const workspace = aWorkspace();
    await makeCommit(repository, workspace, onTopOf(undefined), async (write) => {
      await write(manifestPath, aManifestText());
      return commitDetails();
    });
    return workspace;
  };
  const aRemote = async (): Promise<{ name: string; gitDir: string }> => {
    const name = `${randomUUID()}.git`;
    const gitDir = join(remotes.root, name);
    await createBareRepository(gitDir);
    return { name, gitDir };
  };
  const address = (name: string, secret = password) =>
    `http://nexus%40example.com:${encodeURIComponent(secret)}@${server.host}/${name}`;

  it('shows its credentials to the remote alone', async () => {
    const [workspace, { name, gitDir }] = [await aCommittedWorkspace(), await aRemote()];
    const hash = await repository.push(workspace, address(name), never);
    expect(await branchTip(gitDir)).toBe(hash);
    expect(commandLines).toContain(name);
    expect(commandLines).not.toContain(password);
    expect(commandLines).not.toContain(encodeURIComponent(password));
  });

  it.each([
    ['are wrong', (name: string) => address(name, `not-${password}`)],
    ['are missing', (name: string) => `http://${server.host}/${name}`],
  ])('does not prompt when credentials %s, and keeps them out of the log', async (_what, urlOf) => {
    const [workspace, { name, gitDir }] = [await aCommittedWorkspace(), await aRemote()];
    const error: unknown = await repository.push(workspace, urlOf(name), never).catch((reason) => reason);
    expect(error).toBeInstanceOf(Unavailable);
    const text = allTextOf(error);
    expect(text).toMatch(/Authentication failed|could not read Username/);
    expect(text).not.toContain(password);
    expect(text).not.toContain(encodeURIComponent(password));
    expect(await branchTip(gitDir)).toBeUndefined();
  });

  it('distinguishes a hook that refuses from a remote that is away', async () => {
    const [workspace, { name, gitDir }] = [await aCommittedWorkspace(), await aRemote()];
    await writeFile(join(gitDir, 'hooks/pre-receive'), '#!/bin/sh\necho not on Sundays >&2; exit 1\n', {
      mode: 0o755,
    });
    const error: unknown = await repository.push(workspace, address(name), never).catch((reason) => reason);
    expect(error).toBeInstanceOf(PushRefused);
    expect(allTextOf(error)).toMatch(/pre-receive hook declined.*not on Sundays/s);
    expect(await branchTip(gitDir)).toBeUndefined();
  });

  it('does not wait for a remote that never answers, and leaves no process behind', async () => {
    const workspace = await aCommittedWorkspace();
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const hasty = new GitSnapshotRepository({ root: folder.root, patientTimeoutMs: 500 });
    const error: unknown = await hasty
      .push(workspace, `http://127.0.0.1:${port}/silent.git`, never)
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(Unavailable);
    expect(allTextOf(error)).toContain('no progress in time');
    expect(sockets.size).toBe(1);
    // The far end is closed when the last of the processes is gone.
    for (const socket of sockets) if (!socket.readableEnded) await once(socket.resume(), 'close');
    silent.close();
  });

  it('reports a closed port as unavailable', async () => {
    const workspace = await aCommittedWorkspace();
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const push = repository.push(workspace, `http://127.0.0.1:${port}/x.git`, never);
    await expect(push).rejects.toBeInstanceOf(Unavailable);
  });

  it('runs no program that an address names', async () => {
    const workspace = await aCommittedWorkspace();
    const push = repository.push(workspace, `ext::sh -c "touch ${remotes.root}/touched"`, never);
    expect(allTextOf(await push.catch((reason) => reason))).toContain("transport 'ext' not allowed");
  });
});

/** All text of an error that could reach a log. */
function allTextOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), allTextOf(error.cause)].join('\n');
}
