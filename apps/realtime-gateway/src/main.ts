import 'reflect-metadata';
import path from 'node:path';
import { packageVersion, runService } from '@nexus-state/nest-kit';
import { AppModule } from './app.module';
import { SocketIoAdapter } from './socket-io/socket-io.adapter';

const version = packageVersion(path.join(__dirname, '..'));

void runService({
  name: 'realtime-gateway',
  module: (config, logger) => AppModule.with(config, logger, version),
  port: (config) => config.REALTIME_PORT,
  prepare: (app, config) => void app.useWebSocketAdapter(new SocketIoAdapter(app, config)),
});
