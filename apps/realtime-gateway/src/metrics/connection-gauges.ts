import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { METRICS } from '@nexus-state/nest-kit';
import { Gauge, Registry } from 'prom-client';
import { Connections } from '../connections/connections';

/** Counts connections and subscriptions at every scrape. */
@Injectable()
export class ConnectionGauges implements OnApplicationBootstrap {
  constructor(
    private readonly connections: Connections,
    @Inject(METRICS) private readonly metrics: Registry,
  ) {}

  onApplicationBootstrap(): void {
    const { connections } = this;
    const registers = [this.metrics];
    new Gauge({
      name: 'nexus_realtime_connections',
      help: 'Live connections, over all transports.',
      registers,
      collect() {
        this.set(connections.count);
      },
    });
    new Gauge({
      name: 'nexus_realtime_subscriptions',
      help: 'Subscriptions of live connections, to panels or whole workspaces.',
      registers,
      collect() {
        this.set([...connections].reduce((sum, { targets }) => sum + targets.length, 0));
      },
    });
  }
}
