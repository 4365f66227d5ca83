import 'reflect-metadata';
import path from 'node:path';
import { runService } from '@nexus-state/nest-kit';
import { AppModule } from './app.module';
import { SocketIoAdapter } from './socket-io/socket-io.adapter';

void runService({
  name: 'realtime-gateway',
  folder: path.join(__dirname, '..'),
  module: (service) => AppModule.with(service),
  port: (config) => config.REALTIME_PORT,
  prepare: (app, { config }) => void app.useWebSocketAdapter(new SocketIoAdapter(app, config)),
});
