import { readFileSync } from 'node:fs';
import path from 'node:path';
import { errorCodes } from '@nexus-state/contracts';
import { httpProblems } from './http-problems';
import { internalProblem } from './problem';

/** The rows of the table in docs/errors.md, as `code status`. */
function documented(): string[] {
  const page = readFileSync(path.join(__dirname, '../../../../docs/errors.md'), 'utf8');
  return [...page.matchAll(/^\| `(\w+)` +\| (\d+) /gm)].map(([, code, status]) => `${code} ${status}`);
}

describe('docs/errors.md', () => {
  it('lists every code once with its status, and none that does not exist', () => {
    const { error, status } = internalProblem();
    const known = errorCodes.map((code) => `${code} ${httpProblems[code].status}`);
    expect(documented().sort()).toEqual([...known, `${error} ${status}`].sort());
  });
});
