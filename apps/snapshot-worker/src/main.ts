import 'reflect-metadata';
import path from 'node:path';
import { runService } from '@nexus-state/nest-kit';
import { AppModule } from './app.module';

void runService({
  name: 'snapshot-worker',
  folder: path.join(__dirname, '..'),
  module: (service) => AppModule.with(service),
  port: (config) => config.WORKER_PORT,
});
