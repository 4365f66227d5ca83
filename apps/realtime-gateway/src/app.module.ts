import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Config, HealthController } from '@nexus-state/nest-kit';
import type { Logger } from 'pino';
import { databaseOptions, providersOf } from './composition';
import { AccessWatch } from './connections/access-watch';
import { Connections } from './connections/connections';
import { StateGateway } from './socket-io/state.gateway';
import { FeedSweeper } from './updates/feed-sweeper';
import { PresenceKeeper } from './updates/presence-keeper';
import { WebSocketDoor } from './web-socket/web-socket.door';

/** The realtime gateway: live connections to the feeds of panels. */
@Module({})
export class AppModule {
  /** The module for one configuration. */
  static with(config: Config, logger: Logger, version: string): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot(databaseOptions(config))],
      controllers: [HealthController],
      providers: [
        Connections,
        AccessWatch,
        FeedSweeper,
        PresenceKeeper,
        StateGateway,
        WebSocketDoor,
        ...providersOf(config, logger, version),
      ],
    };
  }
}
