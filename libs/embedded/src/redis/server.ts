import fs from 'node:fs';
import path from 'node:path';
import { type Child, startChild, withDeathSignal } from '@nexus-state/processes';
import { checkAccess, endLeftover } from '../data-folder';
import { type EmbeddedServer, type ServerOptions, startOn } from '../embedded-server';
import { launch } from '../launch';
import { type Binary, findRedis } from './binary';
import { takesCommands } from './takes-commands';

/** How a Redis is started. */
export interface RedisOptions extends ServerOptions {
  /** Whether data survive a restart. Default: false. */
  readonly durable?: boolean | undefined;
  /** Called with what is being fetched, where no Redis is installed. */
  readonly onProgress?: ((message: string) => void) | undefined;
}

/**
 * Starts a Redis server on 127.0.0.1 that evicts nothing, and returns when it accepts commands.
 * @throws Failure when there is no Redis for this machine, or it cannot start; the message says what to do
 */
export function startRedis(options: RedisOptions = {}): Promise<EmbeddedServer> {
  return startOn(options.dataDir, 'redis', (dataDir) => open(dataDir, options));
}

async function open(
  dataDir: string,
  { password, durable = false, settings, port, onProgress, logFile = `${dataDir}.log` }: RedisOptions,
): Promise<EmbeddedServer> {
  const binary = await findRedis(onProgress ?? (() => undefined));
  const pidFile = path.join(dataDir, 'redis.pid');
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  checkAccess(dataDir);
  await endLeftover({ pidFile, dataDir, program: 'redis', signal: 'SIGTERM' });

  const login = password ? `:${encodeURIComponent(password)}@` : '';
  return launch({
    name: 'Redis',
    dataDir,
    logFile,
    port,
    url: (chosen) => `redis://${login}127.0.0.1:${chosen}/0`,
    start: (chosen, log) =>
      startWith(binary, log, {
        bind: '127.0.0.1',
        port: String(chosen),
        dir: dataDir,
        pidfile: pidFile,
        appendonly: durable ? 'yes' : 'no',
        save: '',
        'maxmemory-policy': 'noeviction',
        ...(password ? { requirepass: password } : {}),
        ...settings,
      }),
    isReady: (child, chosen) => takesCommands(child.pid, chosen, password),
    readyWithinMs: 60_000,
    reasonLine: /in use|bad file format|error|fatal|failed|can't|denied/i,
    linePrefix: /^\d+:\w .*? [#*.-] /,
    portTaken: /in use|failed listening/i,
    stop: [['SIGTERM', 5_000]],
    kill: [],
  });
}

/** The settings go in by standard input: every user of the machine can read a password on the command line. */
async function startWith(
  { command, env }: Binary,
  log: number,
  settings: Readonly<Record<string, string>>,
): Promise<Child> {
  const child = await startChild(withDeathSignal('TERM', [command, '-']), {
    env,
    cwd: '/',
    stdio: ['pipe', log, log],
  });
  child.process.stdin?.on('error', () => undefined);
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(value)}\n`);
  child.process.stdin?.end(lines.join(''));
  return child;
}
