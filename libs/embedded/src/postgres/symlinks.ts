import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes the links between library names that an npm package cannot carry. The package's install script would make them, but
 * install scripts are off here.
 */
export function restoreSymlinks(packageFolder: string): void {
  const list = path.join(packageFolder, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    const wanted = path.relative(path.dirname(link), path.join(packageFolder, source));
    if (targetOf(link) === wanted) continue;
    fs.rmSync(link, { force: true });
    try {
      fs.symlinkSync(wanted, link);
    } catch (error) {
      // Two launchers may repair the same package at once.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function targetOf(link: string): string | undefined {
  try {
    return fs.readlinkSync(link);
  } catch {
    return undefined;
  }
}
