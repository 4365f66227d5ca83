// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { run } = require('../../process/run');

/**
 * Unpacks Debian packages, with the libraries they need and this machine lacks, into a folder. Nothing is installed,
 * no root is needed and the system's package lists are left as they are.
 * @param {string[]} names
 * @param {string} folder
 * @param {(message: string) => void} onProgress
 * @returns {Promise<string | undefined>} what went wrong, if anything did
 */
async function fetchPackages(names, folder, onProgress) {
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

/**
 * @param {string} folder
 * @returns {string[]}
 */
function privateLists(folder) {
  for (const name of ['state/lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  }
  return [
    ...['-o', `Dir::State=${folder}/state`, '-o', `Dir::Cache=${folder}/cache`],
    ...['-o', 'Dir::State::status=/var/lib/dpkg/status'],
  ];
}

/**
 * Downloads the packages, then what they depend on, until nothing more is missing.
 * @param {string[]} names
 * @param {string} downloads
 * @param {string[]} aptOptions
 * @returns {Promise<string | undefined>}
 */
async function downloadAll(names, downloads, aptOptions) {
  fs.rmSync(downloads, { recursive: true, force: true });
  fs.mkdirSync(downloads, { recursive: true });
  const seen = new Set();
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

/**
 * @param {string} downloads
 * @param {string} folder
 */
async function unpack(downloads, folder) {
  for (const file of debFiles(downloads)) {
    const { code, output } = await run(['dpkg-deb', '-x', file, folder]);
    if (code !== 0) return lastError(output) ?? `${path.basename(file)} could not be unpacked`;
  }
  fs.rmSync(downloads, { recursive: true, force: true });
  return undefined;
}

/** @param {string} folder */
function debFiles(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => path.join(folder, name));
}

/** @param {string} file */
async function dependencies(file) {
  const { output } = await run(['dpkg-deb', '-f', file, 'Depends', 'Pre-Depends']);
  return output
    .split(/[,\n]/)
    .map(
      (entry) =>
        entry
          .replace(/^(Pre-)?Depends:/, '')
          .trim()
          .split(/[\s(|:]/)[0] ?? '',
    )
    .filter(Boolean);
}

/** @param {string} name */
async function isInstalled(name) {
  const { code, output } = await run(['dpkg-query', '-W', '-f=${Status}', name]);
  return code === 0 && output.includes('install ok installed');
}

/** @param {string} output */
function lastError(output) {
  return output
    .trim()
    .split('\n')
    .findLast((line) => line.startsWith('E:'))
    ?.slice(2)
    .trim();
}

const quiet = () => ({ ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' });

module.exports = { fetchPackages };
