import fs from 'node:fs';
import path from 'node:path';
import { run } from '@nexus-state/processes';

/**
 * Unpacks Debian packages, with the libraries that they need and this machine lacks, into a folder. Nothing is installed, no
 * root is needed, and the system's package lists stay as they are.
 * @param onProgress called when the package lists have to be fetched first
 * @returns what went wrong, or undefined
 */
export async function fetchPackages(
  names: readonly string[],
  folder: string,
  onProgress: (message: string) => void,
): Promise<string | undefined> {
  for (const tool of ['apt-get', 'dpkg-deb']) {
    if ((await run([tool, '--version'])).code !== 0) return `there is no ${tool}`;
  }
  const downloads = path.join(folder, 'downloads');
  const systemLists = ['-o', 'APT::Sandbox::User=root'];
  const first = await downloadAll(names, downloads, systemLists);
  if (first === undefined) return unpack(downloads, folder);

  onProgress('the package lists are missing or old: fetching them for this purpose only');
  const lists = [...systemLists, ...privateLists(path.join(folder, 'apt'))];
  const { code, output } = await run(['apt-get', ...lists, '-o', 'Acquire::Retries=2', 'update'], {
    env: quiet(),
  });
  if (code !== 0) return lastError(output) ?? first;
  const second = await downloadAll(names, downloads, lists);
  fs.rmSync(path.join(folder, 'apt'), { recursive: true, force: true });
  return second ?? unpack(downloads, folder);
}

function privateLists(folder: string): string[] {
  for (const name of ['state/lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  }
  return [
    ...['-o', `Dir::State=${folder}/state`, '-o', `Dir::Cache=${folder}/cache`],
    ...['-o', 'Dir::State::status=/var/lib/dpkg/status'],
  ];
}

/** Downloads the packages, then what they depend on, until nothing more is missing. */
async function downloadAll(
  names: readonly string[],
  downloads: string,
  aptOptions: readonly string[],
): Promise<string | undefined> {
  fs.rmSync(downloads, { recursive: true, force: true });
  fs.mkdirSync(downloads, { recursive: true });
  const seen = new Set<string>();
  for (let wanted = names; wanted.length > 0;) {
    wanted.forEach((name) => seen.add(name));
    const { code, output } = await run(['apt-get', ...aptOptions, 'download', ...wanted], {
      cwd: downloads,
      env: quiet(),
    });
    if (code !== 0) return lastError(output) ?? 'apt-get download failed';
    const needed = (await Promise.all(debFiles(downloads).map(dependencies))).flat();
    const fresh = [...new Set(needed)].filter((name) => /^(lib|lua)/.test(name) && !seen.has(name));
    wanted = (await Promise.all(fresh.map(async (name) => ((await isInstalled(name)) ? [] : [name])))).flat();
  }
  return undefined;
}

async function unpack(downloads: string, folder: string): Promise<string | undefined> {
  for (const file of debFiles(downloads)) {
    const { code, output } = await run(['dpkg-deb', '-x', file, folder]);
    if (code !== 0) return lastError(output) ?? `${path.basename(file)} could not be unpacked`;
  }
  fs.rmSync(downloads, { recursive: true, force: true });
  return undefined;
}

function debFiles(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(folder, name));
}

async function dependencies(file: string): Promise<string[]> {
  const { output } = await run(['dpkg-deb', '-f', file, 'Depends', 'Pre-Depends']);
  const nameOf = (entry: string) =>
    entry
      .replace(/^(Pre-)?Depends:/, '')
      .trim()
      .split(/[\s(|:]/)[0] ?? '';
  return output.split(/[,\n]/).map(nameOf).filter(Boolean);
}

async function isInstalled(name: string): Promise<boolean> {
  const { code, output } = await run(['dpkg-query', '-W', '-f=${Status}', name]);
  return code === 0 && output.includes('install ok installed');
}

function lastError(output: string): string | undefined {
  return output
    .trim()
    .split('\n')
    .findLast((line) => line.startsWith('E:'))
    ?.slice(2)
    .trim();
}

function quiet(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
}
