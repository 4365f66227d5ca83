import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LiveHub } from '@nexus-state/state-core';
import { RepeatedTask } from '../lifecycle/repeated-task';

/** The token under which the pauses are handed in. */
export const HUB_INTERVALS = Symbol('HUB_INTERVALS');

/** The pauses between two runs of each task, in milliseconds. */
export interface HubIntervals {
  /** Between two looks for updates that were not published. */
  readonly sweepMs: number;
  /** Between two renewals of the lease under which connections are shown; several within the term of the lease. */
  readonly leaseMs: number;
}

/** Keeps the hub up to date while the process runs, and closes it when the process stops. */
@Injectable()
export class HubMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sweeping: RepeatedTask;
  readonly #renewing: RepeatedTask;

  constructor(
    private readonly hub: LiveHub,
    @Inject(HUB_INTERVALS) { sweepMs, leaseMs }: HubIntervals,
  ) {
    this.#sweeping = new RepeatedTask(() => hub.sweep(), sweepMs);
    this.#renewing = new RepeatedTask(() => hub.renewLease(), leaseMs);
  }

  onApplicationBootstrap(): void {
    this.#sweeping.startLater();
    void this.#renewing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#sweeping.stop();
    this.#renewing.stop();
    await this.hub.close();
  }
}
