import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { HealthController, MetricsController, type ServiceContext } from '@nexus-state/nest-kit';
import { databaseOptions, providersOf } from './composition';

/** The snapshot worker: takes jobs off the queue; over HTTP it serves only health and metrics. */
@Module({})
export class AppModule {
  /** The module of one process. */
  static with(service: ServiceContext): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRoot(databaseOptions(service.config))],
      controllers: [HealthController, MetricsController],
      providers: providersOf(service),
    };
  }
}
