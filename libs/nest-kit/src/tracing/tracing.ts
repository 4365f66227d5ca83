import type { Tracer } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import type { Config } from '../config/read-config';
import { startSdk } from './sdk';

/** Traces, where they are collected. */
export interface Tracing {
  /** Records the changes of the core in the traces of their requests. */
  readonly tracer: Tracer;

  /** Sends what is still held, for a second or two at most. Never fails. */
  stop(): Promise<void>;
}

/** What a trace says of the process. */
export interface TracedProcess {
  /** The name in logs, e.g. `state-api`. */
  readonly name: string;
  readonly version: string;
  readonly config: Config;
  readonly logger: Logger;
}

/**
 * Starts to trace, where `OTEL_EXPORTER_OTLP_ENDPOINT` says where to. Elsewhere nothing of the OpenTelemetry SDK is loaded,
 * and its API does nothing: to follow a request through promises (`AsyncLocalStorage`) makes every one of them slower.
 */
export async function startTracing(process: TracedProcess): Promise<Tracing | undefined> {
  const endpoint = process.config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  return startSdk(endpoint, process);
}
