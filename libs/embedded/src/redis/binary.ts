import fs from 'node:fs';
import path from 'node:path';
import { Failure, lock, run } from '@nexus-state/processes';
import { binaries } from '../checkout';
import { fetchPackages } from './debian-packages';

const names = ['redis-server', 'valkey-server'];

/** BullMQ's oldest recommended server. */
const oldest = { major: 6, minor: 2 };

const advice =
  'install Redis 6.2 or newer (package redis-server) or Valkey, or set REDIS_URL to a running one.';

/** A Redis or Valkey server that can be run. */
export interface Binary {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds a Redis or Valkey server: one that is installed, one that was fetched before, else one that is fetched now.
 * @param onProgress called with what is being waited for
 * @throws Failure when there is none and none can be fetched
 */
export async function findRedis(onProgress: (message: string) => void): Promise<Binary> {
  const found = (await installed()) ?? (await fetched());
  if (found) return found;
  const { release } = await lock(path.join(binaries, 'redis.lock'), () =>
    onProgress('waiting for another process that fetches Redis'),
  );
  try {
    return (await fetched()) ?? (await fetchNow(onProgress));
  } finally {
    release();
  }
}

async function installed(): Promise<Binary | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean)) {
    for (const name of names) {
      const binary = { command: path.join(folder, name), env: process.env };
      if (fs.existsSync(binary.command) && (await isRecent(binary))) return binary;
    }
  }
  return undefined;
}

const cache = path.join(binaries, `redis-${process.platform}-${process.arch}`);

async function fetched(): Promise<Binary | undefined> {
  const command = path.join(cache, 'usr', 'bin', 'redis-server');
  if (!fs.existsSync(command)) return undefined;
  const libraries = libraryFolders(path.join(cache, 'usr', 'lib')).join(':');
  const binary = { command, env: { ...process.env, LD_LIBRARY_PATH: libraries } };
  return (await isRecent(binary)) ? binary : undefined;
}

async function fetchNow(onProgress: (message: string) => void): Promise<Binary> {
  onProgress(
    'no Redis on this machine: fetching the package redis-server (about 2 MB, nothing is installed)',
  );
  const unfinished = `${cache}.new`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { recursive: true });
  const trouble = await fetchPackages(['redis-server', 'redis-tools'], unfinished, onProgress);
  if (trouble !== undefined) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw new Failure(`No Redis on this machine, and the download failed (${trouble}): ${advice}`);
  }
  fs.rmSync(cache, { recursive: true, force: true });
  fs.renameSync(unfinished, cache);
  const binary = await fetched();
  if (binary) return binary;
  throw new Failure(`The downloaded Redis does not run on this machine: ${advice}`);
}

async function isRecent({ command, env }: Binary): Promise<boolean> {
  const { code, output } = await run([command, '--version'], { env });
  const [, major, minor] = /v=(\d+)\.(\d+)/.exec(output)?.map(Number) ?? [];
  if (code !== 0 || major === undefined || minor === undefined) return false;
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}

function libraryFolders(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  const deeper = entries
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => libraryFolders(path.join(folder, entry.name)));
  return entries.some((entry) => entry.name.includes('.so')) ? [folder, ...deeper] : deeper;
}
