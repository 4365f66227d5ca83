import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * Copies the PostgreSQL programs to where every user can reach them, once; the next start finds the copy.
 * @returns the folder of programs in the copy
 */
export function reachableCopy(binDir: string): string {
  const source = path.dirname(binDir);
  const { mtimeMs, size } = fs.statSync(path.join(binDir, 'postgres'));
  const name = createHash('sha256').update(`${source} ${mtimeMs} ${size}`).digest('hex').slice(0, 16);
  const place = path.join(os.tmpdir(), `nexus-postgres-${name}`);
  if (isOurs(place)) return path.join(place, path.basename(binDir));

  const unfinished = fs.mkdtempSync(`${place}-`);
  fs.cpSync(source, unfinished, { recursive: true, verbatimSymlinks: true });
  fs.chmodSync(unfinished, 0o755);
  try {
    fs.renameSync(unfinished, place);
    return path.join(place, path.basename(binDir));
  } catch {
    // Another start has the name, or another user; this copy serves as well.
    return path.join(unfinished, path.basename(binDir));
  }
}

/** Every user may write to the folder for temporary files, so another user may have put a trap there under our name. */
function isOurs(place: string): boolean {
  const stat = fs.lstatSync(place, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
}
