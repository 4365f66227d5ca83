import type { LoggerService } from '@nestjs/common';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { Config } from '../config/read-config';
import { activeTrace } from '../tracing/active-trace';
import { errorFacts } from './error-facts';
import { redacted } from './redacted';

/**
 * The log of a process: JSON lines on standard output, readable lines in development on a terminal. Log keys, never
 * values: no state, no token, no secret.
 * @param service which part is speaking, e.g. `state-api`
 */
export function createLogger(config: Config, service: string): Logger {
  const pretty = config.NODE_ENV === 'development' && process.stdout.isTTY;
  return pino({
    level: config.LOG_LEVEL,
    base: { deployment: config.SERVICE_NAME, service, pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    serializers: { err: errorFacts },
    ...(config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? {} : { mixin: activeTrace }),
    ...(pretty ? { transport: { target: 'pino-pretty' } } : {}),
  });
}

/** Lets Nest speak through the process's log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  // Nest reports every module and route it sets up; that is for those who debug it.
  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, redacted(String(message)));
  }
  debug(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, redacted(String(message)));
  }
  verbose(message: unknown, context?: unknown): void {
    this.logger.trace({ context }, redacted(String(message)));
  }
  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, redacted(String(message)));
  }
  /** @param message what happened, or facts about it; then `stack` says what happened */
  error(message: unknown, stack?: unknown, context?: unknown): void {
    if (message instanceof Error) this.logger.error({ context, err: message }, redacted(message.message));
    else if (typeof message === 'object') this.logger.error({ context, ...message }, redacted(String(stack)));
    else this.logger.error({ context, stack: stack && redacted(String(stack)) }, redacted(String(message)));
  }
  fatal(message: unknown, context?: unknown): void {
    this.logger.fatal({ context }, redacted(String(message)));
  }
}
