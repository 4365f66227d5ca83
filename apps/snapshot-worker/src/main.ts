import 'reflect-metadata';
import path from 'node:path';
import { packageVersion, runService } from '@nexus-state/nest-kit';
import { AppModule } from './app.module';

const version = packageVersion(path.join(__dirname, '..'));

void runService({
  name: 'snapshot-worker',
  module: (config, logger) => AppModule.with(config, logger, version),
  port: (config) => config.WORKER_PORT,
});
