import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Presence } from '@nexus-state/state-core';

/** The token under which the pause between two renewals of the gateway's lease is handed in, in milliseconds. */
export const LEASE_INTERVAL = Symbol('LEASE_INTERVAL');

/** Keeps those shown who are present through this gateway, and takes them away when it stops. */
@Injectable()
export class PresenceKeeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(
    private readonly presence: Presence,
    @Inject(LEASE_INTERVAL) private readonly intervalMs: number,
  ) {}

  onApplicationBootstrap(): void {
    void this.#renew();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.presence.close();
  }

  async #renew(): Promise<void> {
    await this.presence.tick();
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#renew(), this.intervalMs);
  }
}
