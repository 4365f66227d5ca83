import { type LargeTaskName, doLargeTask } from '@nexus-state/state-core';
import { type TaskResult, resultOf } from './task-result';

/** A task as it comes to a worker. */
export interface Task {
  readonly name: LargeTaskName;
  readonly args: readonly unknown[];
}

/** Does one task; what a worker thread of `LargeWorkPool` runs. */
export default function work({ name, args }: Task): TaskResult {
  return resultOf(() => doLargeTask(name, args));
}
