import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';

const repository = path.resolve(__dirname, '../../..');

/** A service running as a process of its own, as it does in production. */
export interface ServiceProcess {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** `127.0.0.1:<port>` for gRPC, of the state API. */
  readonly grpcAddress: string;
  readonly pid: number;
  /** Everything it has printed. */
  output(): string;
  /** Ends it and waits until it is gone: SIGTERM to drain, SIGKILL to crash. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** How long a service may take to be ready, where many processes share the processors. */
const startMs = 240_000;

type AppName = 'state-api' | 'realtime-gateway' | 'snapshot-worker';

const portSetting: Record<AppName, string> = {
  'state-api': 'SERVICE_PORT',
  'realtime-gateway': 'REALTIME_PORT',
  'snapshot-worker': 'WORKER_PORT',
};

/**
 * Starts a service from its build on a free port of 127.0.0.1, and waits until it is ready.
 * @param settings its environment; nothing of this process's own is handed on but `PATH`
 */
export async function startService(app: AppName, settings: Record<string, string>): Promise<ServiceProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const grpcPort = settings['GRPC_PORT'] ?? String(await freePort());
  const child = spawn(process.execPath, [path.join(repository, 'apps', app, 'dist/main.js')], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      ...settings,
      SERVICE_HOST: '127.0.0.1',
      [portSetting[app]]: String(port),
      GRPC_PORT: grpcPort,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const service = {
    url,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    pid: child.pid as number,
    output: () => printed,
    stop: (signal: NodeJS.Signals = 'SIGTERM') => stopProcess(child, signal),
  };
  try {
    const isReady = async () => {
      if (child.exitCode !== null || child.signalCode !== null) return 'ended';
      return (await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(10_000) })).ok && 'ready';
    };
    const ready = eventually(isReady, `${app} to be ready`, startMs);
    if ((await ready) === 'ended') throw new Error(`${app} ended at once.`);
  } catch (error) {
    await service.stop('SIGKILL');
    throw new Error(`${String(error)}\n${printed}`);
  }
  return service;
}

/**
 * A free port of 127.0.0.1. It is below those that systems give to outgoing connections: one of these
 * could take it before the service does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await gone;
}
