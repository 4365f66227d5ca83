import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { asAdministrator, freePort } from '@nexus-state/test-kit';

/** It refuses to run as root. */
const nobody = 65_534;

/** A PgBouncer in transaction mode before the databases of a server: statements of one connection run on many, a transaction on one. */
export class PgBouncer {
  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  /**
   * Starts one.
   * @param command the program, 1.21 or newer: older ones do not take statements with names to other connections
   * @param server the address of a database of the server
   */
  static async start(command: string, server: string): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
    chmodSync(folder, 0o711);
    const port = await freePort();
    const file = join(folder, 'pgbouncer.ini');
    writeFileSync(file, settings(port, new URL(server)));
    const isRoot = process.getuid?.() === 0;
    const child = spawn(command, [file], { stdio: 'ignore', ...(isRoot ? { uid: nobody } : {}) });
    const pooler = new PgBouncer(folder, port, child);
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    try {
      await eventually(async () => {
        if (failure ?? child.exitCode !== null) return true;
        return asAdministrator(pooler.before(server), (client) => client.query('SELECT 1')).then(
          () => true,
          () => false,
        );
      }, 'PgBouncer to answer');
      if (failure ?? child.exitCode !== null) throw failure ?? new Error('PgBouncer has ended.');
      return pooler;
    } catch (error) {
      await pooler.stop();
      throw error;
    }
  }

  /** The address of a database of the server, through the pooler. */
  before(database: string): string {
    return Object.assign(new URL(database), { hostname: '127.0.0.1', port: String(this.port) }).href;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Fewer connections than the adapters open, so that they do share them.
function settings(port: number, { hostname, port: at, username, password }: URL): string {
  // An empty value is a fault to PgBouncer.
  const secret = password === '' ? '' : ` password='${decodeURIComponent(password)}'`;
  return `
[databases]
* = host=${hostname} port=${at} user='${decodeURIComponent(username)}'${secret}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
max_prepared_statements = 200
ignore_startup_parameters = statement_timeout
`;
}
