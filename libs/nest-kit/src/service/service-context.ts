import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from '../config/read-config';
import type { Tracing } from '../tracing/tracing';

/** What every part of a process is composed with. */
export interface ServiceContext {
  /** The name in logs, e.g. `state-api`. */
  readonly name: string;
  /** The version of its package. */
  readonly version: string;
  readonly config: Config;
  readonly logger: Logger;
  /** Where what is counted is registered. */
  readonly metrics: Registry;
  /** Where requests are traced. */
  readonly tracing: Tracing | undefined;
}
