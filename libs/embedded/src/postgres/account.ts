import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Failure, run } from '@nexus-state/processes';
import { nodeModules } from '../checkout';
import { reachableCopy } from './reachable-copy';

/** A user of the system, by number. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** How PostgreSQL is run: it refuses to be root, and initdb needs a user with a name. */
export interface Account {
  /** What comes before the command. */
  readonly prefix: readonly string[];
  /** Where this account finds the programs. */
  readonly binDir: string;
  /** Who owns the data folder. */
  readonly owner: Owner;
  /** Options for the child process. */
  readonly spawn: Partial<Owner>;
}

/**
 * Finds the first way to run PostgreSQL that works here. As root, the files may lie where no other user may look (a home
 * of mode 0700) and user namespaces may be forbidden (containers), so each way is tried on the folder and the programs.
 * @param dataDir an existing folder
 * @throws Failure when no way works
 */
export async function findAccount(dataDir: string, binDir: string): Promise<Account> {
  const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  const isRoot = own.uid === 0;
  if (!isRoot && hasName()) return { prefix: [], binDir, owner: own, spawn: {} };

  const isNew = fs.readdirSync(dataDir).length === 0;
  const ways = isRoot ? rootWays(fs.statSync(dataDir), isNew, binDir) : [() => inNamespace(binDir, own)];
  for (const way of ways) {
    const account = way();
    if (isRoot && isNew) fs.chownSync(dataDir, account.owner.uid, account.owner.gid);
    if (await works(account, dataDir)) return account;
  }
  throw new Failure(
    isRoot
      ? `PostgreSQL does not run as root, and no other user can reach ${dataDir}: start as an ordinary user, or set DATABASE_URL.`
      : `PostgreSQL needs a user with a name and uid ${own.uid} has none: start as a user listed in /etc/passwd, or set DATABASE_URL.`,
  );
}

/** A folder that exists is run as its owner; one of root's was made in a namespace. */
function rootWays(folder: Owner, isNew: boolean, binDir: string): (() => Account)[] {
  const other = isNew ? nobody() : { uid: folder.uid, gid: folder.gid };
  const namespace = () => inNamespace(binDir, { uid: 0, gid: 0 });
  if (other.uid === 0) return [namespace];
  const directly = () => ({ prefix: [], binDir, owner: other, spawn: other });
  const withCapability = () => overridingPermissions(binDir, other);
  return isNew ? [directly, namespace, withCapability] : [directly, withCapability];
}

/**
 * Another user who may nevertheless walk through every folder to the data. The programs need a copy: they look for
 * themselves with access(2), which ignores capabilities.
 */
function overridingPermissions(binDir: string, owner: Owner): Account {
  const identity = ['--reuid', String(owner.uid), '--regid', String(owner.gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return {
    prefix: ['setpriv', ...identity, ...capability, '--'],
    binDir: binDir.startsWith(nodeModules) ? reachableCopy(binDir) : binDir,
    owner,
    spawn: {},
  };
}

/** The same user under another number, in a namespace of its own. */
function inNamespace(binDir: string, owner: Owner): Account {
  const { uid, gid } = nobody();
  const prefix = ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  return { prefix, binDir, owner, spawn: {} };
}

async function works({ prefix, binDir, spawn }: Account, dataDir: string): Promise<boolean> {
  const check = 'id -un >/dev/null && cd "$1" && test -x "$2" && exec "$2" --version';
  const argv = [...prefix, '/bin/sh', '-c', check, 'sh', dataDir, path.join(binDir, 'postgres')];
  return (await run(argv, { ...spawn, cwd: '/' })).code === 0;
}

function hasName(): boolean {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

function nobody(): Owner {
  try {
    const line = /^nobody:[^:]*:(\d+):(\d+):/m.exec(fs.readFileSync('/etc/passwd', 'utf8'));
    if (line) return { uid: Number(line[1]), gid: Number(line[2]) };
  } catch {
    // Without the file, the usual numbers are as good.
  }
  return { uid: 65534, gid: 65534 };
}
