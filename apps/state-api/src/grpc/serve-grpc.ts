import type { INestApplication } from '@nestjs/common';
import {
  HEALTH_CHECKS,
  type HealthChecks,
  type ServiceContext,
  TokenVerifier,
  answers,
} from '@nexus-state/nest-kit';
import { CallInterceptor } from './calls/call.interceptor';
import { GRPC_DOOR, type GrpcDoor } from './grpc-door';
import type { GetRequest } from './messages/requests';
import { ReadingsGrpc, readNeeds } from './panels/readings.grpc';
import { serverCredentials } from './server/credentials';
import { packageName, serviceName } from './server/definition';
import { GrpcHealth } from './server/health';
import { addReflection } from './server/reflection';
import { type DirectMethod, StateGrpcServer } from './server/state-grpc-server';

/** Streams of one connection at once. */
const maxStreams = 1_000;
/** How often a quiet connection is asked whether its client is still there, and how long the answer may take. */
const keepalive = { 'grpc.keepalive_time_ms': 30_000, 'grpc.keepalive_timeout_ms': 10_000 };
/** Less than the whole process has to drain. */
const drainMs = 8_000;

/**
 * Serves the gRPC door of an application, beside its HTTP.
 * @throws ConfigError where the settings of TLS do not fit; Error where the port is taken
 */
export async function serveGrpc(app: INestApplication, { config, logger }: ServiceContext): Promise<void> {
  const door = app.get<GrpcDoor>(GRPC_DOOR);
  const checks = app.get<HealthChecks>(HEALTH_CHECKS);
  const health = new GrpcHealth(() => answers(checks.database));
  const server = new StateGrpcServer({
    nest: {
      package: packageName,
      packageDefinition: door.definition,
      onLoadPackageDefinition: (definition, grpc) => {
        health.addTo(grpc as never);
        const isPublic = config.GRPC_REFLECTION === 'public';
        const verifier = isPublic ? undefined : app.get(TokenVerifier);
        addReflection(grpc as never, definition as never, { verifier, problems: door.problems });
      },
    },
    server: {
      'grpc.max_receive_message_length': door.maxMessageBytes,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': maxStreams,
      'grpc.max_metadata_size': config.HTTP_HEADER_BYTES,
      ...keepalive,
    },
    credentials: serverCredentials(config),
    address: addressOf(config.SERVICE_HOST, config.GRPC_PORT),
    drainMs,
    direct: { [`/${packageName}.${serviceName}/Get`]: getOf(app) },
  });
  door.onStop = () => health.stop();
  app.connectMicroservice({ strategy: server }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  const address = addressOf(config.SERVICE_HOST, server.port ?? 0);
  logger.info({ address, tls: config.GRPC_TLS_CERT !== undefined }, 'listening for gRPC');
}

/** The method that is called most. */
function getOf(app: INestApplication): DirectMethod {
  const [interceptor, readings] = [app.get(CallInterceptor), app.get(ReadingsGrpc)];
  return (call) =>
    interceptor.unary(call.request as GetRequest, call, readNeeds, (...args) => readings.get(...args));
}

function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
