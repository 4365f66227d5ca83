import path from 'node:path';
import { availableParallelism } from 'node:os';
import { type LargeWork, Unavailable, largeWorkBy } from '@nexus-state/state-core';
import { Piscina } from 'piscina';
import { type TaskResult, valueOf } from './task-result';
import type { Task } from './worker';

/** How a pool works. */
export interface LargeWorkPoolOptions {
  /** What each thread runs. */
  readonly filename?: string;
  /** The most threads. */
  readonly threads?: number;
  /** The most tasks that wait for a thread; more are refused. */
  readonly maxWaiting?: number;
}

/** A task needs some hundred bytes for each value of a state of 1 MiB; one that needs more than this is broken off. */
const maxMegabytes = 512;

/** How long a thread without work is kept, in milliseconds. */
const idleMs = 60_000;

/**
 * Does large work in threads of its own, so that the event loop goes on. Threads are started when there is work for them, and
 * replaced when they die; a task whose thread dies is refused with `Unavailable`, as are those that find too many waiting.
 */
export class LargeWorkPool {
  readonly work: LargeWork = largeWorkBy((name, args) => this.#run({ name, args }));
  readonly #threads: Piscina<Task, TaskResult>;

  constructor({
    filename = path.join(__dirname, 'worker.js'),
    threads = Math.min(4, Math.max(1, availableParallelism() - 1)),
    maxWaiting = 256,
  }: LargeWorkPoolOptions = {}) {
    this.#threads = new Piscina({
      filename,
      minThreads: 0,
      maxThreads: threads,
      maxQueue: maxWaiting,
      idleTimeout: idleMs,
      resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
    });
    // The caller of the task gets the error; the thread is replaced.
    this.#threads.on('error', () => undefined);
  }

  /** Ends the threads; tasks that run or wait are refused. */
  async close(): Promise<void> {
    await this.#threads.destroy();
  }

  async #run(task: Task): Promise<unknown> {
    let result: TaskResult;
    try {
      result = await this.#threads.run(task);
    } catch (error) {
      throw new Unavailable('The work on large states', { cause: error });
    }
    return valueOf(result);
  }
}
