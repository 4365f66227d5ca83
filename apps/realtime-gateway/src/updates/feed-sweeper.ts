import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { WorkspaceFeeds } from '@nexus-state/state-core';

/** The token under which the pause between two sweeps is handed in, in milliseconds. */
export const SWEEP_INTERVAL = Symbol('SWEEP_INTERVAL');

/** Lets the feeds look, again and again, for updates whose publish never arrived. */
@Injectable()
export class FeedSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly feeds: WorkspaceFeeds,
    @Inject(SWEEP_INTERVAL) private readonly intervalMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.#later();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.feeds.close();
  }

  #later(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.feeds.sweep().finally(() => this.#later()), this.intervalMs);
  }
}
