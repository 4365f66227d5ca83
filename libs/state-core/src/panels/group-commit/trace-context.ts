/** The trace of a request, captured so that work done for it later can be recorded in it. */
export interface TraceContext {
  /** Does some work within the trace; gives what it gives, and throws what it throws. */
  run<T>(work: () => T): T;
}

/** Captures traces, and records work that serves several requests at once. Must not throw. */
export interface Tracer {
  /** The trace of the request that is being served now. */
  capture(): TraceContext;
  /**
   * Does work that serves several requests at once.
   * @param all at least one
   */
  together<T>(all: readonly TraceContext[], work: () => Promise<T>): Promise<T>;
}

/** Something that may belong to a trace. */
export interface Traced {
  readonly trace?: TraceContext | undefined;
}

/** Does some work within a trace, where there is one. */
export function inTrace<T>(trace: TraceContext | undefined, work: () => T): T {
  return trace ? trace.run(work) : work();
}

/** Does some work within the traces of all requests it serves, where there are any. */
export function inTraces<T>(
  tracer: Tracer | undefined,
  traced: () => readonly Traced[],
  work: () => Promise<T>,
): Promise<T> {
  if (!tracer) return work();
  const all = traced().flatMap(({ trace }) => trace ?? []);
  return all.length > 0 ? tracer.together(all, work) : work();
}

/** Gives each result the trace of its request, in order. */
export function withTraces<T extends Traced>(
  results: readonly T[],
  requests: readonly Traced[],
): readonly T[] {
  if (requests[0]?.trace === undefined) return results;
  return results.map((result, index) => ({ ...result, trace: requests[index]?.trace }));
}
