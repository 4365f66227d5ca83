import {
  RepositoryNotFound,
  Unavailable,
  type WorkspaceKey,
  type FetchRequest,
  type FetchServer,
} from '@nexus-state/state-core';
import { ValidationFailed } from '@nexus-state/documents';
import { GitFailed, type GitOptions, GitProcess } from './git-process';
import { available } from './available';
import type { GitRepositoryOptions } from './git-snapshot-repository';
import { repositoryExists, repositoryFolder } from './repository-folder';

const protocolPattern = /^[a-z0-9=:.-]{1,64}$/i;

/** Settings of git for those who fetch; in the environment they count as if given on the command line. */
const settings = [
  // Read access is enough to serve the folder: on a shared disk it can belong to the user of the worker.
  ['safe.directory', '*'],
  ['uploadpack.allowFilter', 'true'],
] as const;

/** Serves bare repositories in a folder with `git upload-pack`, a process for each request. */
export class GitFetchServer implements FetchServer {
  readonly #root: string;
  readonly #timeoutMs: number;

  /** @param options `timeoutMs`: how long a client may take and send nothing before its process is ended */
  constructor({ root, timeoutMs = 30_000 }: Pick<GitRepositoryOptions, 'root' | 'timeoutMs'>) {
    this.#root = root;
    this.#timeoutMs = timeoutMs;
  }

  advertise(request: FetchRequest): Promise<Buffer> {
    return available(async () => {
      const options = await this.#options(request);
      const git = uploadPack(['--advertise-refs'], options);
      git.endInput();
      const chunks: Buffer[] = [];
      for await (const chunk of git.output()) chunks.push(chunk);
      await git.ended;
      // As git-http-backend does it: version 2 announces itself.
      const isVersion2 = options.env?.['GIT_PROTOCOL']?.split(':').includes('version=2');
      return Buffer.concat(
        isVersion2 ? chunks : [Buffer.from('001e# service=git-upload-pack\n0000'), ...chunks],
      );
    });
  }

  async *upload(request: FetchRequest, body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    const options = await available(() => this.#options(request));
    const git = uploadPack([], options);
    const sent = send(body, git);
    // What goes wrong there ends the process, and is thrown below.
    sent.catch(() => git.kill());
    let hasSent = false;
    try {
      for await (const chunk of git.output()) {
        hasSent = true;
        yield chunk;
      }
      await sent;
      await git.ended;
    } catch (error) {
      if (!(error instanceof GitFailed)) throw error;
      // When git refuses after its first output, the client has its message already.
      if (!hasSent || !error.reason.startsWith('exit code')) throw refusalOf(error);
    } finally {
      git.kill();
      // The caller counts processes: this one is over when it is gone.
      await git.ended.catch(() => undefined);
    }
  }

  async #options({ workspace, protocol = '', signal }: FetchRequest): Promise<GitOptions> {
    const gitDir = await this.#folderOf(workspace);
    const env: NodeJS.ProcessEnv = { GIT_CONFIG_COUNT: String(settings.length) };
    settings.forEach(([key, value], n) => {
      env[`GIT_CONFIG_KEY_${n}`] = key;
      env[`GIT_CONFIG_VALUE_${n}`] = value;
    });
    if (protocolPattern.test(protocol)) env['GIT_PROTOCOL'] = protocol;
    return { gitDir, timeoutMs: this.#timeoutMs, signal, env };
  }

  async #folderOf(workspace: WorkspaceKey): Promise<string> {
    const gitDir = repositoryFolder(this.#root, workspace);
    if (!(await repositoryExists(gitDir))) throw new RepositoryNotFound(workspace.workspaceId);
    return gitDir;
  }
}

function uploadPack(flags: readonly string[], options: GitOptions): GitProcess {
  return new GitProcess(['upload-pack', '--strict', '--stateless-rpc', ...flags, options.gitDir], options);
}

async function send(body: AsyncIterable<Uint8Array>, git: GitProcess): Promise<void> {
  for await (const chunk of body) await git.write(chunk);
  git.endInput();
}

/** Why git ended without output: it could not read the request, or not the repository. */
function refusalOf(error: GitFailed): Error {
  return /protocol error|bad line length|git upload-pack: expected/i.test(error.stderr)
    ? new ValidationFailed([{ pointer: '', message: 'is not a request of a git client' }])
    : new Unavailable('The snapshot repository', { cause: error });
}
