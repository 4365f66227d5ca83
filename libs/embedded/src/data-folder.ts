import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, isAlive, run } from '@nexus-state/processes';

/** What an earlier server may have left in its data folder. */
export interface Leftover {
  /** Its first line is the server's process id. */
  readonly pidFile: string;
  readonly dataDir: string;
  /** What the process is called. */
  readonly program: string;
  /** The signal that shuts it down in order. */
  readonly signal: NodeJS.Signals;
}

/**
 * Ends a server that an earlier, killed launcher left running in a data folder: two servers in one folder would corrupt it.
 * A process that only has the id of the file is left alone.
 */
export async function endLeftover({ pidFile, dataDir, program, signal }: Leftover): Promise<void> {
  const pid = readPid(pidFile);
  if (pid === undefined || !isAlive(pid)) return;
  if (!(await worksIn(pid, dataDir, program))) {
    fs.rmSync(pidFile, { force: true });
    return;
  }
  process.kill(pid, signal);
  if (await endsWithin(pid, 15_000)) return;
  process.kill(pid, 'SIGKILL');
  await endsWithin(pid, 5_000);
}

async function endsWithin(pid: number, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end && isAlive(pid);) await sleep(50);
  return !isAlive(pid);
}

function readPid(pidFile: string): number | undefined {
  try {
    return Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

async function worksIn(pid: number, dataDir: string, program: string): Promise<boolean> {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(dataDir);
  } catch {
    const { output } = await run(['ps', '-o', 'command=', '-p', String(pid)]);
    return output.includes(program);
  }
}

/**
 * Refuses a data folder that this user may not enter, before the server refuses it in its own words.
 * @throws Failure
 */
export function checkAccess(dataDir: string): void {
  if (!fs.existsSync(dataDir)) return;
  try {
    fs.accessSync(dataDir, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw new Failure(
      `${dataDir} belongs to another user: start as that user, or choose another folder with --data.`,
    );
  }
}
