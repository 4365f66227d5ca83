import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Config, HealthController, JwtGuard } from '@nexus-state/nest-kit';
import type { Logger } from 'pino';
import { WorkspaceGuard } from './access/workspace.guard';
import { databaseOptions, providersOf } from './composition';
import { HistoryController } from './panels/history.controller';
import { PanelListController } from './panels/panel-list.controller';
import { PanelsController } from './panels/panels.controller';
import { RevertController } from './panels/revert.controller';

/** The state API: REST over the core. */
@Module({})
export class AppModule {
  /** The module for one configuration. */
  static with(config: Config, logger: Logger, version: string): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot(databaseOptions(config))],
      controllers: [
        HealthController,
        HistoryController,
        RevertController,
        PanelListController,
        PanelsController,
      ],
      providers: [
        { provide: APP_GUARD, useClass: JwtGuard },
        { provide: APP_GUARD, useClass: WorkspaceGuard },
        ...providersOf(config, logger, version),
      ],
    };
  }
}
