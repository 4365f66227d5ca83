import { useState } from 'react';

/** Something that is done when it is asked for. */
export interface Work<A extends unknown[], R> {
  readonly isPending: boolean;
  /** Why it failed last; undefined once it is done again. */
  readonly error: Error | undefined;
  /** Does it. What it gives is told to `onDone`; a failure is shown by `error`. */
  run(given: A, onDone?: (result: R) => void): void;
}

/** Whether something is being done, and why it failed. */
export function useWork<A extends unknown[], R>(work: (...given: A) => Promise<R>): Work<A, R> {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<Error>();
  const run = (given: A, onDone?: (result: R) => void): void => {
    setPending(true);
    setError(undefined);
    work(...given)
      .then(onDone, (refusal: unknown) =>
        setError(refusal instanceof Error ? refusal : new Error(String(refusal))),
      )
      .finally(() => setPending(false));
  };
  return { isPending, error, run };
}
