import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Config, HealthController } from '@nexus-state/nest-kit';
import type { Logger } from 'pino';
import { databaseOptions, providersOf } from './composition';

/** The snapshot worker: takes jobs off the queue; over HTTP it only tells how it is doing. */
@Module({})
export class AppModule {
  /** The module for one configuration. */
  static with(config: Config, logger: Logger, version: string): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot(databaseOptions(config))],
      controllers: [HealthController],
      providers: providersOf(config, logger, version),
    };
  }
}
