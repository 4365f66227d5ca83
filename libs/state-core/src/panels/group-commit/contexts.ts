/** Whoever was being served when it was captured: what is done for them later can be told to be theirs. */
export interface Context {
  /** Does some work as theirs; gives what it gives, and throws what it throws. */
  run<T>(work: () => T): T;
}

/** Tells on whose behalf work is done, where many are served by one piece of work. Must not throw. */
export interface Contexts {
  /** Whoever is being served now. */
  capture(): Context;

  /**
   * Does what serves several at once.
   * @param all at least one
   */
  together<T>(all: readonly Context[], work: () => Promise<T>): Promise<T>;
}

/** Does some work as theirs, where it is known whose it is. */
export function inContext<T>(context: Context | undefined, work: () => T): T {
  return context ? context.run(work) : work();
}

/** What is somebody's, where it is known whose. */
export interface Owned {
  readonly context?: Context | undefined;
}

/** Does some work for all of them, where it is known whose they are. */
export function inContexts<T>(
  contexts: Contexts | undefined,
  owned: () => readonly Owned[],
  work: () => Promise<T>,
): Promise<T> {
  if (!contexts) return work();
  const all = owned().flatMap(({ context }) => context ?? []);
  return all.length > 0 ? contexts.together(all, work) : work();
}

/** Gives each of what was made to whoever asked for it, in order; as it is, where nobody is known. */
export function owned<T extends Owned>(made: readonly T[], asked: readonly Owned[]): readonly T[] {
  if (asked[0]?.context === undefined) return made;
  return made.map((one, index) => ({ ...one, context: asked[index]?.context }));
}
