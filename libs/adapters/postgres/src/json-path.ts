import { StateError, ValidationFailed } from '@nexus-state/documents';
import { errorCodeOf } from './error-code';
import type { Run } from './query';

// A predicate yields a truth value of any document; other paths yield nothing, or a part of it.
const inspectStatement = {
  text: `
    SELECT $1::jsonpath::text AS canonical,
      jsonb_typeof(jsonb_path_query_first('{}', $1::jsonpath, silent => true)) AS yields`,
};

/**
 * Checks a SQL/JSON path.
 * @returns whether it is a predicate
 * @throws ValidationFailed when it cannot be read
 */
export async function inspectPath(run: Run, path: string): Promise<boolean> {
  const [row] = await run<{ canonical: string; yields: string | null }>(inspectStatement, [path]).catch(
    (error: unknown) => {
      if (!isRefusal(error)) throw error;
      const reason = error instanceof Error ? error.message : 'it cannot be read';
      throw invalid(`is not a SQL/JSON path: ${reason}`);
    },
  );
  const { canonical = '', yields } = row ?? {};
  // Whether a variable is met depends on the states, and it must not: there is none to give a value to.
  if (hasVariable(canonical)) throw invalid('must not use variables: there is none to use');
  return yields === 'boolean' || yields === 'null';
}

/** What an error says about a path that was evaluated; undefined when it says something else. */
export function refusedPath(error: unknown): ValidationFailed | undefined {
  // The text of the error could quote a state.
  return isRefusal(error)
    ? invalid(`cannot be evaluated on the panels of this workspace (SQLSTATE ${errorCodeOf(error)})`)
    : undefined;
}

/** Whether a canonical path names a variable: there, names are in quotation marks. */
function hasVariable(canonical: string): boolean {
  return canonical.replace(/"(?:[^"\\]|\\.)*"/gs, '""').includes('$""');
}

// Data exceptions (class 22, and 2201B of regular expressions with it), limits of the parser and of numbers (54), features
// that are not there (0A), cardinality (21), syntax, and functions, types and names that are not known.
const refusals = /^(22|54|0A|21|42601|42704|42883|42804)/;

function isRefusal(error: unknown): boolean {
  return !(error instanceof StateError) && refusals.test(errorCodeOf(error) ?? '');
}

function invalid(message: string): ValidationFailed {
  return new ValidationFailed([{ pointer: '/jsonPath', message }]);
}
