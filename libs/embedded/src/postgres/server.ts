import fs from 'node:fs';
import path from 'node:path';
import { startChild, withDeathSignal } from '@nexus-state/processes';
import { checkAccess, endLeftover } from '../data-folder';
import { type EmbeddedServer, type ServerOptions, startOn } from '../embedded-server';
import { launch } from '../launch';
import { findPostgres } from './binaries';
import { openCluster } from './cluster';

/** How a PostgreSQL is started. */
export interface PostgresOptions extends ServerOptions {
  /** Whether commits survive a power cut. Default: true. */
  readonly durable?: boolean | undefined;
  /** The collation of a new data folder: an ICU locale, or `C` for byte order. Default: `C`. */
  readonly locale?: string | undefined;
}

const user = 'nexus';
const database = 'nexus';

/** What is given up when the data need not outlive the machine. */
const volatile = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts a PostgreSQL server on 127.0.0.1 with a database `nexus`, and returns when it accepts connections.
 * @returns the server; its URL is that of the superuser
 * @throws Failure when there is no PostgreSQL for this machine, or it cannot start; the message says what to do
 */
export function startPostgres(options: PostgresOptions = {}): Promise<EmbeddedServer> {
  return startOn(options.dataDir, 'postgres', (dataDir) => open(dataDir, options));
}

async function open(
  dataDir: string,
  { password, durable = true, locale = 'C', settings, port, logFile = `${dataDir}.log` }: PostgresOptions,
): Promise<EmbeddedServer> {
  const binDir = findPostgres();
  const pidFile = path.join(dataDir, 'postmaster.pid');
  checkAccess(dataDir);
  await endLeftover({ pidFile, dataDir, program: 'postgres', signal: 'SIGINT' });
  const account = await openCluster({ dataDir, binDir, user, password, database, locale, durable });

  const login = password ? `${user}:${encodeURIComponent(password)}` : user;
  return launch({
    name: 'PostgreSQL',
    dataDir,
    logFile,
    port,
    url: (chosen) => `postgresql://${login}@127.0.0.1:${chosen}/${database}`,
    start: (chosen, log) => {
      const all = {
        listen_addresses: '127.0.0.1',
        port: String(chosen),
        unix_socket_directories: '',
        max_connections: '200',
        ...(durable ? {} : volatile),
        ...settings,
      };
      const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const server = [path.join(account.binDir, 'postgres'), '-D', dataDir, ...args];
      // The namespace comes first: entering one clears the death signal.
      return startChild([...account.prefix, ...withDeathSignal('INT', server)], {
        ...account.spawn,
        cwd: '/',
        stdio: ['ignore', log, log],
        endWith: 'INT',
      });
    },
    // The server itself writes into its lock file that it accepts connections; pg_ctl reads the same.
    isReady: (child) => {
      const lines = fs.existsSync(pidFile) ? fs.readFileSync(pidFile, 'utf8').split('\n') : [];
      return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
    },
    readyWithinMs: 120_000,
    reasonLine: /FATAL|PANIC|error|could not/i,
    linePrefix: /^.*?(FATAL|PANIC):\s*/,
    portTaken: /TCP\/IP sockets/,
    // SIGINT ends sessions and shuts down in order; SIGQUIT leaves the rest to recovery.
    stop: [
      ['SIGINT', 5_000],
      ['SIGQUIT', 2_000],
    ],
    kill: [['SIGQUIT', 2_000]],
  });
}
