import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';

/** A schedule in Redis. */
export interface Schedule {
  /** Puts it in the place of the one before; resolves once Redis has it. */
  set(): Promise<void>;
  /** Puts back what Redis has lost of it. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

const restoreMs = 60_000;

/** Sets the schedule when the worker starts, as soon as Redis is there, and looks after it. The start does not wait for it. */
export class ScheduleKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly schedule: Schedule,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#keep(this.schedule.set());
    this.#timer = setInterval(() => this.#keep(this.schedule.restore()), restoreMs).unref();
  }

  onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    return this.schedule.close();
  }

  #keep(done: Promise<void>): void {
    done.catch((error: unknown) => this.logger.error({ err: error }, 'could not set the schedule'));
  }
}
