import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** What a command of git came to. */
export interface GitResponse {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The git of another user, with a home of its own and without password prompts. */
export class GitClient {
  readonly home = mkdtempSync(path.join(tmpdir(), 'git-client-'));

  /** Runs a command in a folder under the client's home. */
  async try(command: readonly string[], folder = '.'): Promise<GitResponse> {
    const options = {
      cwd: path.join(this.home, folder),
      maxBuffer: 64 * 1024 * 1024,
      env: {
        PATH: process.env['PATH'],
        HOME: this.home,
        LC_ALL: 'C',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'ann',
        GIT_AUTHOR_EMAIL: 'ann@example.invalid',
        GIT_COMMITTER_NAME: 'ann',
        GIT_COMMITTER_EMAIL: 'ann@example.invalid',
      },
    };
    try {
      return { code: 0, ...(await promisify(execFile)('git', command, options)) };
    } catch (error) {
      const { code, stdout, stderr } = error as unknown as GitResponse;
      return { code, stdout, stderr };
    }
  }

  /** Runs a command that has to end well; gives what it wrote. */
  async run(command: readonly string[], folder?: string): Promise<string> {
    const { code, stdout, stderr } = await this.try(command, folder);
    if (code !== 0) throw new Error(`git ${command.join(' ')} failed (${code}): ${stderr}`);
    return stdout;
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }
}
