import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedServer, startPostgres } from '@nexus-state/embedded';

/** What is acknowledged outlives the end of the server, though no power cut. */
const settings = { durable: false, settings: { synchronous_commit: 'on' } };

/** A PostgreSQL of one test's own, which it may freeze, and kill and start again on the same data. */
export class OwnPostgres {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedServer,
  ) {}

  /** Starts one, empty; its data outlive no power cut. */
  static async start(): Promise<OwnPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'own-postgres-'));
    // PostgreSQL refuses to run as root, and runs there as another user.
    chmodSync(folder, 0o711);
    const dataDir = join(folder, 'data');
    return new OwnPostgres(folder, await startPostgres({ ...settings, dataDir }));
  }

  /** The address of a database from which others may be created. */
  get url(): string {
    return this.server.url;
  }

  /** Stops the server and all its sessions in the midst of their work. Connections stay open, without replies. */
  freeze(): void {
    process.kill(this.server.pid, 'SIGSTOP');
    for (const pid of this.#sessions()) signal(pid, 'SIGSTOP');
  }

  /** Lets everything go on where it was stopped. */
  thaw(): void {
    for (const pid of this.#sessions()) signal(pid, 'SIGCONT');
    signal(this.server.pid, 'SIGCONT');
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.server.kill();
  }

  /** Starts it again at the same address, on what it had committed. */
  async restart(): Promise<void> {
    const { dataDir, port } = this.server;
    this.server = await startPostgres({ ...settings, dataDir, port });
  }

  /** Ends it and removes what it wrote. */
  async stop(): Promise<void> {
    this.thaw();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #sessions(): number[] {
    const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    const pairs = all.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
    return pairs.filter(([, parent]) => parent === this.server.pid).map(([pid]) => pid);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // A session may have ended since it was listed.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
