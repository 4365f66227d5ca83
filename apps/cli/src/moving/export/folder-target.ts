import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, UsageError } from '../../cli/failures';
import { fileNameOf, panelIdOf } from '../file-name';
import type { ExportTarget } from './export-target';

/**
 * A new folder: `lamp.json` with the state of each panel, `history/lamp.ndjson` with its changes. It is there once it is whole.
 * @throws UsageError where there is one already
 */
export async function folderTarget(folder: string): Promise<ExportTarget> {
  const target = path.resolve(folder);
  if (existsSync(target))
    throw new UsageError(`${folder} is there already.`, 'name a folder that is not there');
  const unfinished = `${target}.unfinished-${process.pid}`;
  const history = path.join(unfinished, 'history');
  await mkdir(unfinished, { recursive: true });
  return {
    async panel({ panelId, state }) {
      await writeFile(path.join(unfinished, fileOf(panelId)), `${JSON.stringify(state, null, 2)}\n`);
    },
    async history(panelId, entries) {
      await mkdir(history, { recursive: true });
      const file = await open(path.join(history, `${fileOf(panelId).replace(/json$/, '')}ndjson`), 'w');
      try {
        for await (const entry of entries) await file.appendFile(`${JSON.stringify(entry)}\n`);
      } finally {
        await file.close();
      }
    },
    finish: () => rename(unfinished, target),
    discard: () => rm(unfinished, { recursive: true, force: true }),
  };
}

/** @throws Failure where an id is too long to be the name of a file */
function fileOf(panelId: string): string {
  const name = fileNameOf(panelId);
  // The extension of a file of history is two longer.
  if (panelIdOf(name) === panelId && name.length <= 253) return name;
  throw new Failure(
    `The id of panel "${panelId}" is too long for the name of a file.`,
    undefined,
    'nexus export WORKSPACE > FILE, as NDJSON',
  );
}
