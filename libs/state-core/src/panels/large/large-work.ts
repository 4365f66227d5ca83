import { type LargeTaskName, type LargeTasks, largeTasks } from './large-tasks';

/**
 * Does pure work on large JSON without holding up other requests. Each method is the task of its name, and throws what that
 * throws; and `Unavailable` when there is too much to do, or the work was broken off.
 */
export type LargeWork = {
  readonly [Name in LargeTaskName]: (
    ...args: Parameters<LargeTasks[Name]>
  ) => Promise<ReturnType<LargeTasks[Name]>>;
};

/** All tasks, done by one function. @param run does the task of a name with its arguments */
export function largeWorkBy(
  run: (name: LargeTaskName, args: readonly unknown[]) => Promise<unknown>,
): LargeWork {
  const names = Object.keys(largeTasks) as LargeTaskName[];
  const work = names.map((name) => [name, (...args: unknown[]) => run(name, args)] as const);
  return Object.fromEntries(work) as unknown as LargeWork;
}

/** Does a task at once. @throws what the task throws */
export function doLargeTask(name: LargeTaskName, args: readonly unknown[]): unknown {
  return (largeTasks[name] as (...args: readonly unknown[]) => unknown)(...args);
}

/** Does the work where it is asked for: for tests, and processes that no requests wait for. */
export const inProcess = largeWorkBy(async (name, args) => doLargeTask(name, args));
