import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { type Config, ConfigError, readConfig } from '../config/read-config';
import { addAccessLog } from '../http/access-log';
import { refuseContentCodings } from '../http/content-coding';
import { addJsonBodyParsers } from '../http/body-parsers';
import { corsRules } from '../http/origins';
import { requestId } from '../http/request-id';
import { securityHeadersFor } from '../http/security-headers';
import { NestLogger, createLogger } from '../logging/logger';
import { createMetrics } from '../metrics/process-metrics';
import { measureRequests } from '../metrics/http-metrics';
import { ProblemFilter, refuseBeforeRouting, refuseHead } from '../problems/problem.filter';
import { refuseClient } from '../problems/refuse-socket';
import { addRequestSpans } from '../tracing/request-spans';
import { startTracing } from '../tracing/tracing';
import { bodyLimitBytes, jsonBodyLimits } from './body-limits';
import { respondWithoutRoute } from './respond-without-route';
import { limitConnections, serverLimits } from './http-limits';
import { checkHead } from './request-head';
import { routedUrl } from './request-target';
import type { ServiceContext } from './service-context';

/** What makes a Nest application a service of ours. */
export interface ServiceOptions {
  /** The name in logs, e.g. `state-api`. */
  readonly name: string;
  /** The folder of its package. */
  readonly folder: string;
  /** Builds the root module once configuration and log are there. */
  readonly module: (service: ServiceContext) => Type | { module: Type };
  /** The port to listen on. */
  readonly port: (config: Config) => number;
  /** What is added to the application before it listens. */
  readonly prepare?: (app: NestFastifyApplication, service: ServiceContext) => void | Promise<void>;
}

const drainMs = 10_000;

/**
 * Runs a service until it is asked to stop: reads the configuration, listens, and drains on SIGTERM or SIGINT within
 * ten seconds. A mistake in the configuration, or a port that is taken, ends the process with one clear message.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  let logger: Logger | undefined;
  try {
    const config = readConfig(process.env);
    logger = createLogger(config, options.name);
    endOnMistakes(logger);
    const version = packageVersion(options.folder);
    const metrics = createMetrics(options.name, version);
    const identity = { name: options.name, version, config, logger };
    const service = { ...identity, metrics, tracing: await startTracing(identity) };
    const app = await createApp(options, service);
    const port = options.port(config);
    stopOnSignals(app, service);
    await app.listen(port, config.SERVICE_HOST);
    logger.info({ address: await app.getUrl() }, 'listening');
  } catch (error) {
    process.exitCode = 1;
    if (error instanceof ConfigError) process.stderr.write(`${options.name}: ${error.message}\n`);
    else if (logger) logger.fatal({ err: error }, 'could not start');
    else process.stderr.write(`${options.name}: ${String(error)}\n`);
    process.exit();
  }
}

async function createApp(options: ServiceOptions, service: ServiceContext): Promise<NestFastifyApplication> {
  const { config, logger, tracing } = service;
  const adapter = new FastifyAdapter({
    bodyLimit: bodyLimitBytes(config),
    genReqId: requestId,
    rewriteUrl: routedUrl,
    // As long as Node reads: an id that is too long is refused as that.
    routerOptions: { maxParamLength: 16 * 1024 },
    frameworkErrors: refuseBeforeRouting,
    forceCloseConnections: 'idle',
    ...serverLimits(config),
    clientErrorHandler: refuseClient,
    logger: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(options.module(service), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  const fastify = adapter.getInstance();
  limitConnections(fastify.server, config);
  // Otherwise Node.js answers by itself.
  fastify.server.on('checkExpectation', (request, response) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeadersFor(request.url)).header('x-request-id', request.id);
    try {
      checkHead(request.raw);
    } catch (error) {
      refuseHead(error, request, reply);
      return;
    }
    done();
  });
  measureRequests(fastify as never, service.metrics);
  if (tracing) addRequestSpans(fastify as never);
  addAccessLog(fastify as never, logger);
  const respondsToPreflights = config.CORS_ORIGINS.length > 0;
  respondWithoutRoute(fastify as never, respondsToPreflights);
  refuseContentCodings(fastify as never);
  addJsonBodyParsers(fastify as never, jsonBodyLimits(config));
  if (respondsToPreflights) {
    // `respondWithoutRoute` answers OPTIONS, with what the library adds for preflights.
    app.enableCors({ ...corsRules(config.CORS_ORIGINS), strictPreflight: false, preflightContinue: true });
  }
  app.useGlobalFilters(new ProblemFilter(logger));
  await options.prepare?.(app, service);
  return app;
}

function packageVersion(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/** An uncaught exception ends the process, as always; but Node itself would print every field of the error. */
function endOnMistakes(logger: Logger): void {
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });
}

function stopOnSignals(app: NestFastifyApplication, { logger, tracing }: ServiceContext): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'draining');
    setTimeout(() => {
      logger.error('drain timed out');
      process.exit(1);
    }, drainMs).unref();
    const closed = app.close().finally(() => tracing?.stop());
    closed.then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not close');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
