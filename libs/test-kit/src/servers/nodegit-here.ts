import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where `npm run setup:nodegit` puts nodegit. */
export const nodegitFolder = join(__dirname, '../../../../.nexus/nodegit');

/** Jest's `describe`. */
interface Describe {
  (name: string, tests: () => void): void;
  skip(name: string, tests: () => void): void;
}

/**
 * Describes tests where nodegit works on this machine; where it does not, they are reported as skipped, with the reason.
 * @param describe Jest's
 */
export function describeWithNodegit(describe: Describe, name: string, tests: () => void): void {
  const reason = reasonAgainst();
  if (reason === undefined) describe(name, tests);
  else describe.skip(`${name} (skipped: ${reason})`, tests);
}

function reasonAgainst(): string | undefined {
  const probe = join(nodegitFolder, 'probe.js');
  if (!existsSync(probe)) return 'nodegit is not built here; npm run setup:nodegit builds it';
  try {
    execFileSync(process.execPath, [probe], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'nodegit is built, but does not work here';
  }
}
