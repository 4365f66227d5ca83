import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Failure, UsageError } from '../../cli/failures';
import { fileNameOf, isPanelFile } from '../file-name';
import { BlobReader } from './git-blobs';
import { isObject } from './panel-of';
import type { Source, SourceItem } from './source';
import { itemOfFile } from './state-file';

const manifestFile = 'workspace.json';

/** Whether a folder is a git repository that holds snapshots. */
export async function holdsSnapshots(folder: string): Promise<boolean> {
  const { code, stdout } = await git(folder, ['ls-tree', '--name-only', 'HEAD', manifestFile]);
  return code === 0 && stdout.trim() === manifestFile;
}

/**
 * A git repository of snapshots: the panels of one of its commits.
 * @throws UsageError where there is no such commit
 */
export async function gitSource(folder: string, commit = 'HEAD'): Promise<Source> {
  const { code, stdout } = await git(folder, [
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${commit}^{commit}`,
  ]);
  if (code !== 0)
    throw new UsageError(`${folder} has no commit "${commit}".`, `git -C ${folder} log --oneline`);
  const hash = stdout.trim();
  const files = (await git(folder, ['ls-tree', '-z', '--name-only', hash, 'panels/'])).stdout
    .split('\0')
    .filter(isPanelFile);
  let done = 0;
  async function* items(signal: AbortSignal): AsyncGenerator<SourceItem, void> {
    const blobs = new BlobReader(folder);
    done = 0;
    try {
      const ids = await cutNames(blobs, hash, files);
      for (const file of files) {
        signal.throwIfAborted();
        done++;
        const name = path.posix.basename(file);
        yield itemOfFile(name, await blobs.read(`${hash}:${file}`), ids.get(name));
      }
    } finally {
      blobs.close();
    }
  }
  return {
    label: `${folder} at ${hash.slice(0, 12)}`,
    identity: `git ${path.resolve(folder)} ${hash}`,
    progress: () => (files.length === 0 ? 1 : done / files.length),
    items,
  };
}

/** The ids of panels whose file names are cut: the manifest has them. */
async function cutNames(
  blobs: BlobReader,
  hash: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (!files.some((file) => file.includes('%~'))) return new Map();
  const manifest: unknown = JSON.parse((await blobs.read(`${hash}:${manifestFile}`)).toString('utf8'));
  const panels = isObject(manifest) && isObject(manifest['panels']) ? Object.keys(manifest['panels']) : [];
  return new Map(panels.map((id) => [fileNameOf(id), id]));
}

async function git(folder: string, argv: readonly string[]): Promise<{ code: number; stdout: string }> {
  const child = spawn('git', ['-C', folder, ...argv], { stdio: ['ignore', 'pipe', 'ignore'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code: code ?? 1, stdout: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    throw new Failure(`git cannot be run: ${(error as Error).message}`);
  }
}
