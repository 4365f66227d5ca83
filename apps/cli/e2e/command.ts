import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What came of a command. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  /** What it reads on standard input. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly folder?: string;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has printed so far, on both streams. */
  printed(): string;
}

const built = path.join(__dirname, '..', 'dist', 'nexus.js');

/** `nexus` as those have it who have no checkout: one file, in a folder of its own. */
export class Command {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'nexus-cli-'));
  readonly file = path.join(this.folder, 'nexus.js');
  readonly #running = new Set<ChildProcess>();

  constructor(private readonly env: Readonly<Record<string, string>> = {}) {
    if (!existsSync(built)) throw new Error(`${built} is not there: npx nx run @nexus-state/cli:build`);
    copyFileSync(built, this.file);
  }

  /** The environment that it runs in. */
  get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.folder,
      XDG_CONFIG_HOME: path.join(this.folder, 'config'),
      SHELL: '/bin/sh',
      TERM: 'xterm',
      ...this.env,
    };
  }

  /** Runs `nexus` to its end. */
  run(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
    return this.start(argv, options).ended;
  }

  /** Runs it, and gives what it prints; fails where it ends with anything but 0. */
  async output(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(argv, options);
    if (code !== 0) throw new Error(`nexus ${argv.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  /** Runs it with `-o json`, and gives what it prints. */
  async json<T = unknown>(argv: readonly string[], options: RunOptions = {}): Promise<T> {
    return JSON.parse(await this.output([...argv, '-o', 'json'], options)) as T;
  }

  /** Starts it. */
  start(argv: readonly string[], options: RunOptions = {}): Running {
    return this.#spawn([process.execPath, this.file, ...argv], options);
  }

  /** Starts it on a terminal of its own; both streams come as one, and standard input is the keyboard. */
  onTerminal(argv: readonly string[], options: RunOptions = {}): Running {
    const quoted = [process.execPath, this.file, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    // Terminals echo what is typed; here it would be mixed with what is printed.
    const line = `stty -echo; exec ${quoted.join(' ')}`;
    return this.#spawn(['script', '-qefc', line, '/dev/null'], options);
  }

  #spawn([file, ...argv]: readonly string[], { stdin, env, folder }: RunOptions): Running {
    const child = spawn(file as string, argv, {
      cwd: folder ?? this.folder,
      env: { ...this.environment, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    // A command may end without reading.
    child.stdin.on('error', () => undefined);
    if (stdin !== undefined || file !== 'script') child.stdin.end(stdin ?? '');
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.#running.delete(child);
        resolve({ code: code ?? -1, stdout, stderr });
      });
    });
    return { process: child, ended, printed: () => stdout + stderr };
  }

  /** Ends what still runs, and removes its files. */
  close(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
