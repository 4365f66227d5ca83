import 'reflect-metadata';
import path from 'node:path';
import { pathParameters } from '@nexus-state/contracts';
import { runService, serveDescription } from '@nexus-state/nest-kit';
import { AppModule } from './app.module';
import { auditAnswers } from './audit/audit-answers';
import { addGitBodyParser } from './git/streams';
import { serveGrpc } from './grpc/serve-grpc';
import { addShortcuts } from './shortcuts/add-shortcuts';

void runService({
  name: 'state-api',
  folder: path.join(__dirname, '..'),
  module: (service) => AppModule.with(service),
  port: (config) => config.SERVICE_PORT,
  prepare: async (app, service) => {
    addGitBodyParser(app.getHttpAdapter().getInstance());
    auditAnswers(app.getHttpAdapter().getInstance());
    serveDescription(app, {
      title: 'Nexus State',
      description:
        'Versioned, live, git-backed JSON documents that people and agents change at the same time. ' +
        'Requests may also spell fields and parameters in snake_case; responses use camelCase. ' +
        'Times are RFC 3339, in UTC, with milliseconds. GET routes also accept HEAD; OPTIONS lists the methods of a path.',
      version: service.version,
      pathParameters,
    });
    addShortcuts(app, service);
    await serveGrpc(app, service);
  },
});
