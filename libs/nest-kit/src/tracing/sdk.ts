import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Context, SpanKind } from '@opentelemetry/api';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace-node';
import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
} from '@opentelemetry/semantic-conventions';
import type { Config } from '../config/read-config';
import { throttleLog } from '../logging/throttle-log';
import { OpenTelemetryTracer } from './tracer';
import type { TracedProcess, Tracing } from './tracing';

/** How long spans are gathered before they are sent, and how long that may take, in milliseconds. */
const gatherMs = 1_000;
const sendMs = 5_000;
/** Spans that wait to be sent, and those sent at once; what comes when so many wait is lost. */
const maxWaiting = 8_192;
const maxAtOnce = 512;
/** How long a process that ends waits for its last spans to be sent. */
const flushMs = 1_500;
/** The least pause between two complaints about the collector. */
const complaintPauseMs = 60_000;

/**
 * Loads the OpenTelemetry SDK and makes it that of this process. It is set up by our configuration alone: what the
 * libraries would read from the environment is given to them here, but for the headers and certificates that
 * the exporter sends along (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_EXPORTER_OTLP_CERTIFICATE`).
 */
export async function startSdk(endpoint: string, process: TracedProcess): Promise<Tracing> {
  const [{ BatchSpanProcessor, NodeTracerProvider, ...samplers }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = new OTLPTraceExporter({
    url: tracesUrl(endpoint),
    timeoutMillis: sendMs,
    concurrencyLimit: 4,
    compression: 'none' as never,
  });
  const complain = throttleLog(complaintPauseMs, (err, unreported) => {
    process.logger.warn({ err, unreported }, 'could not send traces to the collector');
  });
  const provider = new NodeTracerProvider({
    resource: resources.defaultResource().merge(resources.resourceFromAttributes(resourceOf(process))),
    sampler: new samplers.ParentBasedSampler({
      root: new RequestsAndJobs(
        new samplers.TraceIdRatioBasedSampler(process.config.OTEL_TRACES_SAMPLER_ARG),
      ),
    }),
    generalLimits: { attributeCountLimit: 128, attributeValueLengthLimit: 1_024 },
    spanLimits: { linkCountLimit: 128, eventCountLimit: 128, attributeValueLengthLimit: 1_024 },
    spanProcessors: [
      new BatchSpanProcessor(complaining(exporter, complain), {
        scheduledDelayMillis: gatherMs,
        exportTimeoutMillis: sendMs,
        maxQueueSize: maxWaiting,
        maxExportBatchSize: maxAtOnce,
      }),
    ],
  });
  provider.register();
  return {
    tracer: new OpenTelemetryTracer(),
    stop: async () => {
      const late = sleep(flushMs, undefined, { ref: false });
      await Promise.race([provider.shutdown().catch(complain), late]);
    },
  };
}

/** Where traces are taken, below the address that all signals share. */
export function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return url.href;
}

function resourceOf({ name, version, config }: { name: string; version: string; config: Config }) {
  return {
    [ATTR_SERVICE_NAME]: name,
    [ATTR_SERVICE_NAMESPACE]: config.SERVICE_NAME,
    [ATTR_SERVICE_VERSION]: version,
    [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: config.NODE_ENV,
    'host.name': hostname(),
  };
}

/** Lets traces begin only with what came from outside or was put into a queue: not with each look for work there. */
class RequestsAndJobs implements Sampler {
  constructor(private readonly chosen: Sampler) {}

  shouldSample(...asked: Parameters<Sampler['shouldSample']>): ReturnType<Sampler['shouldSample']> {
    const [, , , kind] = asked as [Context, string, string, SpanKind, ...unknown[]];
    // NOT_RECORD is a value of an enumeration that is loaded with the SDK.
    return kind === SpanKind.INTERNAL ? { decision: 0 } : this.chosen.shouldSample(...asked);
  }

  toString(): string {
    return `RequestsAndJobs{${this.chosen.toString()}}`;
  }
}

/** An exporter that reports its failures. */
function complaining(exporter: SpanExporter, complain: (error: unknown) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) complain(result.error);
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}
