// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { run } = require('../../process/run');
const { Failure } = require('../../process/failure');
const { removeFolder } = require('../scratch');
const { findAccount } = require('./account');

/**
 * Makes a database cluster with the databases asked for, or finds the one made before. It is made beside its place and
 * then moved there, so that an interrupted first start leaves nothing half made.
 * @param {object} wanted
 * @param {string} wanted.dataDir
 * @param {string} wanted.binDir
 * @param {string} wanted.user the superuser
 * @param {string | undefined} wanted.password without one, every local connection is trusted
 * @param {string[]} wanted.databases
 * @param {string} wanted.locale an ICU locale, or `C` for byte order
 * @param {boolean} wanted.durable
 * @returns {Promise<import('./account').Account>} how to run its server
 */
async function openCluster({ dataDir, binDir, ...wanted }) {
  const marker = path.join(dataDir, 'PG_VERSION');
  if (fs.existsSync(marker)) return findAccount(dataDir, binDir);
  if (fs.existsSync(dataDir) && fs.readdirSync(dataDir).length > 0) throw notOurs(dataDir);

  const unfinished = `${dataDir}.new`;
  removeFolder(unfinished);
  fs.mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const account = await findAccount(unfinished, binDir);
  await initialise(unfinished, account, wanted);
  fs.rmSync(dataDir, { recursive: true, force: true });
  fs.renameSync(unfinished, dataDir);
  return account;
}

/**
 * @param {string} folder
 * @param {import('./account').Account} account
 * @param {{ user: string, password: string | undefined, databases: string[], locale: string, durable: boolean }} wanted
 */
async function initialise(folder, account, { user, password, databases, locale, durable }) {
  const passwordFile = `${folder}.pw`;
  const secret = password ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust'];
  const order =
    locale === 'C' ? ['--no-locale'] : ['--locale=C', '--locale-provider=icu', `--icu-locale=${locale}`];
  if (password) {
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    fs.chownSync(passwordFile, account.owner.uid, account.owner.gid);
  }
  /** @param {string} name @param {string[]} args @param {string} [input] */
  const execute = async (name, args, input) => {
    const argv = [...account.prefix, path.join(account.binDir, name), ...args];
    const { code, output } = await run(argv, { ...account.spawn, cwd: '/', input });
    if (code !== 0)
      throw new Failure(`PostgreSQL could not make its data folder ${folder}: ${lastLine(output)}`);
  };
  try {
    const sync = durable ? [] : ['--no-sync'];
    await execute('initdb', ['-D', folder, '-U', user, '--encoding=UTF8', ...order, ...secret, ...sync]);
    const statements = databases.map((name) => `CREATE DATABASE "${name}"\n`).join('');
    const single = ['--single', '-D', folder, ...(durable ? [] : ['-F']), 'postgres'];
    if (statements) await execute('postgres', single, statements);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

/** @param {string} dataDir */
function notOurs(dataDir) {
  return new Failure(
    `${dataDir} holds no PostgreSQL data but is not empty either; --fresh begins anew and deletes it.`,
  );
}

/** @param {string} output */
function lastLine(output) {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => /error|fatal|panic|could not/i.test(line)) ?? lines.at(-1) ?? '';
}

module.exports = { openCluster };
