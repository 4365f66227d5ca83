import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { devNull } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { snapshotBranch } from '@nexus-state/state-core';

/** How a git process is run. */
export interface GitOptions {
  /** The repository. */
  readonly gitDir: string;
  /** The process is killed when it goes so long without end, input or output, in milliseconds. */
  readonly timeoutMs: number;
  /** Kills the process when it fires. */
  readonly signal?: AbortSignal | undefined;
  /** What git's environment holds beside ours. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A git process that did not do what it was asked to. For logs: its text may hold paths of this machine. */
export class GitFailed extends Error {
  /**
   * @param command git's arguments
   * @param reason how it ended, e.g. "exit code 128"
   * @param stderr what it wrote to standard error, cut
   */
  constructor(
    readonly command: readonly string[],
    readonly reason: string,
    readonly stderr: string,
    options?: ErrorOptions,
  ) {
    super(`git ${command[0]} failed (${reason}): ${stderr.trim()}`, options);
    this.name = 'GitFailed';
  }
}

// Nothing is answered before it would survive a power cut, and nothing is packed behind our back.
const settings = ['-c', 'core.fsync=all', '-c', 'gc.auto=0', '-c', 'fastimport.unpackLimit=20'];
const maxStderrLength = 8192;

/** The one branch there is, as git names it. */
export const branchRef = `refs/heads/${snapshotBranch}`;

/** A git process with open pipes. It sees no configuration and no environment but ours, and there is no shell. */
export class GitProcess {
  /** Fulfilled when the process ended well; rejected with `GitFailed`, or the signal's reason, otherwise. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #timer: NodeJS.Timeout;
  #closed = false;
  #stderr = '';
  #timedOut = false;

  /** @param command git's arguments, options of ours left out */
  constructor(
    private readonly command: readonly string[],
    private readonly options: GitOptions,
  ) {
    this.#child = spawn('git', [...settings, ...command], {
      env: { ...environment(options.gitDir), ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // In a process group of its own: Ctrl-C in a terminal must not end a commit that the worker wants to finish, and
      // what git starts itself ends with it when it is killed.
      detached: true,
    });
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.kill();
    }, options.timeoutMs);
    this.ended = this.#watch();
    // Who only reads or writes learns of the failure there; without this, that would be an unhandled rejection.
    this.ended.catch(() => {});
  }

  /** The process's output, chunk by chunk, until it ends. */
  async *output(): AsyncGenerator<Buffer> {
    for await (const chunk of this.#child.stdout) {
      this.#timer.refresh();
      yield chunk as Buffer;
    }
  }

  /**
   * Writes to the process; the promise is the back-pressure.
   * @throws GitFailed when the process has ended
   */
  async write(data: string | Uint8Array): Promise<void> {
    this.#timer.refresh();
    const { stdin } = this.#child;
    if (stdin.writable && !stdin.write(data)) {
      const stopWaiting = new AbortController();
      // A broken pipe only means that the process is ending; `ended` has the reason.
      const drained = once(stdin, 'drain', { signal: stopWaiting.signal }).catch(() => this.ended);
      drained.catch(() => {});
      await Promise.race([drained, this.ended]).finally(() => stopWaiting.abort());
    }
    if (!stdin.writable) await this.ended;
  }

  /** Closes the process's input. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Whether our own process waits for this one to end before it ends itself; it does by default. */
  keepAlive(waits: boolean): void {
    const handles = [this.#child, this.#child.stdin, this.#child.stdout, this.#child.stderr, this.#timer];
    for (const handle of handles as { ref(): void; unref(): void }[]) {
      if (waits) handle.ref();
      else handle.unref();
    }
  }

  /** Ends the process, and those that it has started, at once; harmless when they have ended. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#closed) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.options;
    const abort = () => this.kill();
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    // A broken pipe is a process that ended: its exit code says more.
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('error', () => {});
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#timer.refresh();
      this.#stderr = (this.#stderr + text).slice(-maxStderrLength);
    });
    try {
      const [code, killedBy] = (await once(this.#child, 'close')) as [number | null, string | null];
      this.#closed = true;
      if (code === 0) return;
      signal?.throwIfAborted();
      throw this.#failed(this.#timedOut ? 'no progress in time' : `exit code ${code ?? killedBy}`);
    } catch (error) {
      if (error instanceof GitFailed || signal?.aborted) throw error;
      throw this.#failed('git could not be started', error);
    } finally {
      clearTimeout(this.#timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #failed(reason: string, cause?: unknown): GitFailed {
    // A line of progress is written over by the next one, as a terminal would.
    return new GitFailed(this.command, reason, this.#stderr.replace(/[^\r\n]*\r(?!\n)/g, ''), { cause });
  }
}

/**
 * Runs git to its end.
 * @returns what it wrote to standard output
 * @throws GitFailed when it did not end well
 */
export async function runGit(command: readonly string[], options: GitOptions): Promise<string> {
  const git = new GitProcess(command, options);
  git.endInput();
  const chunks: Buffer[] = [];
  for await (const chunk of git.output()) chunks.push(chunk);
  await git.ended;
  return Buffer.concat(chunks).toString();
}

/** With GIT_DIR given, git looks for no repository and asks no `safe.directory` whose it is. */
function environment(gitDir: string): NodeJS.ProcessEnv {
  return {
    // eslint-disable-next-line no-restricted-properties -- no setting of ours: where the system keeps git
    PATH: process.env['PATH'],
    LC_ALL: 'C',
    GIT_DIR: gitDir,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_TERMINAL_PROMPT: '0',
  };
}
