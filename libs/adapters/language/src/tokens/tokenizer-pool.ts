import path from 'node:path';
import { type Tokenizer, Unavailable, type Vocabulary } from '@nexus-state/state-core';
import { Piscina } from 'piscina';
import type { CountTask } from './worker';

/** How a pool works. */
export interface TokenizerPoolOptions {
  /** What the thread runs. */
  readonly filename?: string;
  /** The most requests that wait; more are refused. */
  readonly maxWaiting?: number;
}

/** How long the thread is kept without work, in milliseconds: to load a vocabulary again takes a second. */
const idleMs = 600_000;
const maxMegabytes = 1_024;

/** Counts tokens in a thread of its own, which is started when there is something to count. */
export class TokenizerPool implements Tokenizer {
  readonly #thread: Piscina<CountTask, Uint32Array>;

  constructor({ filename = path.join(__dirname, 'worker.js'), maxWaiting = 256 }: TokenizerPoolOptions = {}) {
    this.#thread = new Piscina({
      filename,
      minThreads: 0,
      // Each thread has vocabularies of its own in memory.
      maxThreads: 1,
      maxQueue: maxWaiting,
      idleTimeout: idleMs,
      resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
    });
    // The caller of the task gets the error; the thread is replaced.
    this.#thread.on('error', () => undefined);
  }

  async count(vocabulary: Vocabulary, texts: readonly string[]): Promise<readonly number[]> {
    if (texts.length === 0) return [];
    const lengths = Uint32Array.from(texts, ({ length }) => length);
    try {
      return [...(await this.#thread.run({ vocabulary, text: texts.join(''), lengths }))];
    } catch (error) {
      throw new Unavailable('The tokenizer', { cause: error });
    }
  }

  /** Ends the thread; requests that run or wait are refused. */
  async close(): Promise<void> {
    await this.#thread.destroy();
  }
}
