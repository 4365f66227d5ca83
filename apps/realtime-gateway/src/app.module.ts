import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HealthController, MetricsController, type ServiceContext } from '@nexus-state/nest-kit';
import { databaseOptions } from '@nexus-state/wiring';
import { providersOf } from './composition';
import { AccessWatch } from './connections/access-watch';
import { Connections } from './connections/connections';
import { Audience } from './metrics/audience';
import { StateGateway } from './socket-io/state.gateway';
import { FeedSweeper } from './updates/feed-sweeper';
import { PresenceKeeper } from './updates/presence-keeper';
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
        Audience,
        FeedSweeper,
        PresenceKeeper,
        StateGateway,
        WebSocketDoor,
        ...providersOf(service),
      ],
    };
  }
}
