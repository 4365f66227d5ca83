import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HealthController, MetricsController, type ServiceContext } from '@nexus-state/nest-kit';
import { databaseOptions } from '@nexus-state/wiring';
import { providersOf } from './composition';
import { AccessWatch } from './connections/access-watch';
import { Connections } from './connections/connections';
import { ConnectionGauges } from './metrics/connection-gauges';
import { StateGateway } from './socket-io/state.gateway';
import { HubMaintenance } from './updates/hub-maintenance';
import { WebSocketDoor } from './web-socket/web-socket.door';

/** The realtime gateway: live connections to the feeds of panels. */
@Module({})
export class AppModule {
  /** The module of one process. */
  static with(service: ServiceContext): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot(databaseOptions(service.config))],
      controllers: [HealthController, MetricsController],
      providers: [
        Connections,
        AccessWatch,
        ConnectionGauges,
        HubMaintenance,
        StateGateway,
        WebSocketDoor,
        ...providersOf(service),
      ],
    };
  }
}
