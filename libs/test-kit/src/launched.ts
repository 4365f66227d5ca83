import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { leaksIn } from './log-secrets';

const repository = path.resolve(__dirname, '../../..');

/** The servers that `npm start` has of its own, and where each says which process it is. */
const pidFiles = { PostgreSQL: 'postgres/postmaster.pid', Redis: 'redis/redis.pid' };

/** Everything that `npm start` starts, with a data folder and ports of its own. */
export class Launched {
  readonly #exited: Promise<void>;

  private constructor(
    private readonly launcher: ChildProcess,
    /** Its data folder, `.nexus` for a user. */
    readonly data: string,
    private readonly printed: () => string,
  ) {
    this.#exited = new Promise((resolve) => launcher.once('exit', () => resolve()));
  }

  /** @param settings added to the environment of every service */
  static async start(settings: Record<string, string> = {}): Promise<Launched> {
    const folder = mkdtempSync(path.join(tmpdir(), 'launched-'));
    // PostgreSQL refuses to run as root, and runs there as another user.
    chmodSync(folder, 0o711);
    const data = path.join(folder, 'data');
    const ports = ['--port', '--grpc-port', '--realtime-port', '--worker-port', '--console-port'].flatMap(
      (name) => [name, '0'],
    );
    const script = path.join(repository, 'tools/start/main.js');
    const { PATH, HOME } = process.env;
    const launcher = spawn(process.execPath, [script, ...ports, '--data', data], {
      cwd: repository,
      env: { PATH, HOME, NODE_ENV: 'test', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [launcher.stdout, launcher.stderr])
      stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const launched = new Launched(launcher, data, () => printed);
    try {
      const running = () => launcher.exitCode !== null || printed.includes('Ctrl-C stops everything');
      await eventually(running, 'npm start', 270_000);
      if (launcher.exitCode !== null) throw new Error('npm start has ended.');
      return launched;
    } catch (error) {
      await launched.stop();
      throw new Error(`${String(error)}\n${printed}`);
    }
  }

  /** Everything it has printed. */
  get output(): string {
    return this.printed();
  }

  /** The address of a service, as it is announced. */
  address(service: 'State API' | 'gRPC' | 'Realtime gateway' | 'Snapshot worker'): string {
    return new RegExp(`${service} +(\\S+:\\d+)`).exec(this.output)?.[1] as string;
  }

  /** The token for development, of the user `dev`. */
  get token(): string {
    return readFileSync(path.join(this.data, 'token'), 'utf8').trim();
  }

  /** Kills one of the servers behind the services, as a crash would. */
  kill(server: keyof typeof pidFiles): void {
    const [pid] = readFileSync(path.join(this.data, pidFiles[server]), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
  }

  /** How often it has said something. */
  said(text: string): number {
    return this.output.split(text).length - 1;
  }

  /** Ends it, waits until everything is gone, and removes what it wrote; throws when a log contains a secret. */
  async stop(): Promise<void> {
    if (this.launcher.exitCode === null && this.launcher.signalCode === null) {
      this.launcher.kill('SIGTERM');
      await this.#exited;
    }
    try {
      const leaks = ['state-api', 'realtime-gateway', 'snapshot-worker'].flatMap((name) =>
        leaksIn(this.#log(name), {
          JWT_SECRET_KEY: this.#secret('jwt'),
          REDIS_PASSWORD: this.#secret('redis'),
        }),
      );
      if (leaks.length > 0) throw new Error(`The log contains secrets:\n${leaks.join('\n')}`);
    } finally {
      rmSync(path.dirname(this.data), { recursive: true, force: true });
    }
  }

  #log(name: string): string {
    return readIfThere(path.join(this.data, 'logs', `${name}.log`)) ?? '';
  }

  #secret(name: 'jwt' | 'redis'): string {
    const file = name === 'jwt' ? 'jwt-secret' : 'redis-password';
    return readIfThere(path.join(this.data, file))?.trim() || 'there is none';
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
