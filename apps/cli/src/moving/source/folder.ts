import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../cli/failures';
import { isPanelFile } from '../file-name';
import { type Source, type SourceItem, maxItemBytes } from './source';
import { itemOfFile } from './state-file';

/**
 * A folder of JSON files, one for each panel: `lamp.json` is the panel `lamp`. A folder that looks like a snapshot has them in
 * `panels`.
 * @throws UsageError where there are none
 */
export async function folderSource(folder: string): Promise<Source> {
  const { place, names } = await panelFiles(folder);
  if (names.length === 0)
    throw new UsageError(`${folder} has no JSON files.`, 'name a folder with files such as lamp.json');
  let done = 0;
  async function* items(signal: AbortSignal): AsyncGenerator<SourceItem, void> {
    done = 0;
    for (const name of names) {
      signal.throwIfAborted();
      done++;
      yield await read(path.join(place, name), name);
    }
  }
  return {
    label: folder,
    identity: `folder ${path.resolve(folder)}`,
    progress: () => done / names.length,
    items,
  };
}

async function panelFiles(folder: string): Promise<{ place: string; names: readonly string[] }> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isSnapshot = ['panels', 'workspace.json'].every((name) =>
    entries.some((entry) => entry.name === name),
  );
  if (isSnapshot) return panelFiles(path.join(folder, 'panels'));
  const names = entries
    .filter((entry) => !entry.isDirectory() && isPanelFile(entry.name))
    .map(({ name }) => name);
  return { place: folder, names: names.sort() };
}

async function read(file: string, name: string): Promise<SourceItem> {
  try {
    const { size } = await stat(file);
    if (size > maxItemBytes) return { place: name, problem: `is longer than ${maxItemBytes} bytes` };
    return itemOfFile(name, await readFile(file));
  } catch (error) {
    return { place: name, problem: `cannot be read: ${(error as Error).message}` };
  }
}
