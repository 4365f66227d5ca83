import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';

/** Where the schedule is kept. */
export interface Schedule {
  set(): Promise<void>;
  close(): Promise<void>;
}

/** Sets the schedule when the worker starts, as soon as Redis is there; the start does not wait for it. */
export class ScheduleKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly schedule: Schedule,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule.set().then(
      () => this.logger.debug('the schedule is set'),
      (error: unknown) => this.logger.error({ err: error }, 'the schedule could not be set'),
    );
  }

  onModuleDestroy(): Promise<void> {
    return this.schedule.close();
  }
}
