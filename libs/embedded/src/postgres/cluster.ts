import fs from 'node:fs';
import path from 'node:path';
import { Failure, removeFolder, run } from '@nexus-state/processes';
import { type Account, findAccount } from './account';

/** What a new cluster is made with. */
interface Initialisation {
  /** The superuser. */
  readonly user: string;
  /** Without one, every local connection is trusted. */
  readonly password: string | undefined;
  /** The database that is created. */
  readonly database: string;
  /** An ICU locale, or `C` for byte order. */
  readonly locale: string;
  readonly durable: boolean;
}

/**
 * Makes a database cluster, or finds the one made before. It is made beside its place and then moved there, so that an
 * interrupted first start leaves nothing half made.
 * @returns how to run its server
 * @throws Failure when the folder holds something else, or the cluster cannot be made
 */
export async function openCluster({
  dataDir,
  binDir,
  ...wanted
}: Initialisation & { readonly dataDir: string; readonly binDir: string }): Promise<Account> {
  if (fs.existsSync(path.join(dataDir, 'PG_VERSION'))) return findAccount(dataDir, binDir);
  if (fs.existsSync(dataDir) && fs.readdirSync(dataDir).length > 0) {
    throw new Failure(
      `${dataDir} holds no PostgreSQL data but is not empty either; --fresh begins anew and deletes it.`,
    );
  }
  const unfinished = `${dataDir}.new`;
  removeFolder(unfinished);
  fs.mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const account = await findAccount(unfinished, binDir);
  await initialise(unfinished, account, wanted);
  removeFolder(dataDir);
  fs.renameSync(unfinished, dataDir);
  return account;
}

async function initialise(
  folder: string,
  account: Account,
  { user, password, database, locale, durable }: Initialisation,
): Promise<void> {
  const passwordFile = `${folder}.pw`;
  const secret = password ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust'];
  const order =
    locale === 'C' ? ['--no-locale'] : ['--locale=C', '--locale-provider=icu', `--icu-locale=${locale}`];
  if (password) {
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    fs.chownSync(passwordFile, account.owner.uid, account.owner.gid);
  }
  const execute = async (name: string, args: readonly string[], input?: string) => {
    const argv = [...account.prefix, path.join(account.binDir, name), ...args];
    const { code, output } = await run(argv, { ...account.spawn, cwd: '/', input });
    if (code !== 0)
      throw new Failure(`PostgreSQL could not make its data folder ${folder}: ${errorIn(output)}`);
  };
  try {
    const sync = durable ? [] : ['--no-sync'];
    await execute('initdb', ['-D', folder, '-U', user, '--encoding=UTF8', ...order, ...secret, ...sync]);
    const single = ['--single', '-D', folder, ...(durable ? [] : ['-F']), 'postgres'];
    await execute('postgres', single, `CREATE DATABASE "${database}"\n`);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
}

function errorIn(output: string): string {
  const lines = output.trim().split('\n');
  return lines.findLast((line) => /error|fatal|panic|could not/i.test(line)) ?? lines.at(-1) ?? '';
}
