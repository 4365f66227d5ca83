import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Nodegit } from './nodegit';

/** Whether nodegit can be used, and where not, why. */
export type LoadedNodegit =
  { readonly nodegit: Nodegit } | { readonly nodegit: undefined; readonly reason: string };

const probeTimeoutMs = 30_000;

/**
 * Loads nodegit from the folder that `npm run setup:nodegit` has made, after a process of its own has tried it: what is
 * built for another machine can end the process that loads it.
 * @param folder with `node_modules/nodegit`, and `probe.js`, which tries it
 */
export async function loadNodegit(folder: string): Promise<LoadedNodegit> {
  try {
    await promisify(execFile)(process.execPath, [join(folder, 'probe.js')], { timeout: probeTimeoutMs });
  } catch (error) {
    return { nodegit: undefined, reason: reasonOf(error as ProbeError) };
  }
  const nodegit = createRequire(join(folder, 'probe.js'))('nodegit') as Nodegit;
  const { OPT, opts } = nodegit.Libgit2;
  // A commit is confirmed once it would survive a power cut; the owner of a repository's folder is not checked.
  opts(OPT['ENABLE_FSYNC_GITDIR'] as number, 1);
  opts(OPT['SET_OWNER_VALIDATION'] as number, 0);
  return { nodegit };
}

interface ProbeError extends Error {
  readonly code?: number | string | null;
  readonly signal?: string | null;
  readonly stderr?: string;
}

function reasonOf({ code, signal, stderr = '', message }: ProbeError): string {
  if (/Cannot find module '[^']*probe\.js'/.test(stderr))
    return 'it is not built here: npm run setup:nodegit';
  const how = signal ? `ended by ${signal}` : `code ${code ?? 'unknown'}`;
  const lines = (stderr || message).split('\n').map((line) => line.trim());
  return `it does not work here (${how}): ${lines.find((line) => /^\w*Error:/.test(line)) ?? lines[0] ?? ''}`;
}
