import { randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@nexus-state/state-core/testing';

/** A span as a service has sent it. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  /** `server`, `client`, `producer`, `consumer` or `internal`. */
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first one of a trace. */
  readonly parentSpanId: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  /** The spans that it is linked with. */
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** The JSON that it came as. */
  readonly text: string;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface OtlpSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes?: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

/** A collector in memory: takes traces by OTLP over HTTP, as JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];

  private constructor(
    private readonly server: Server,
    /** What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be set to. */
    readonly url: string,
  ) {}

  /** Begins to collect, on a free port of 127.0.0.1. */
  static async start(): Promise<TraceCollector> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const collector = new TraceCollector(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const known = request.method === 'POST' && request.url === '/v1/traces';
        if (known) collector.#take(JSON.parse(text) as OtlpTraces);
        response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
      });
    });
    return collector;
  }

  /** The spans of a trace, as far as they have come. */
  trace(traceId: string): CollectedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  /** Waits for a span of a trace. @param wanted the name of it, or what it is known by */
  find(traceId: string, wanted: string | ((span: CollectedSpan) => boolean)): Promise<CollectedSpan> {
    const isWanted = typeof wanted === 'string' ? (span: CollectedSpan) => span.name === wanted : wanted;
    return eventually(
      async () => this.trace(traceId).find(isWanted),
      `${String(wanted)} in trace ${traceId}`,
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  #take({ resourceSpans }: OtlpTraces): void {
    for (const { resource: from, scopeSpans } of resourceSpans) {
      const resource = valuesOf(from.attributes);
      const service = String(resource['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { name, traceId, spanId, parentSpanId, links = [] } = span;
        const attributes = valuesOf(span.attributes ?? []);
        const kind = kinds[span.kind] ?? 'unspecified';
        const text = JSON.stringify(span);
        const ids = { traceId, spanId, parentSpanId: parentSpanId || undefined };
        this.spans.push({ service, name, kind, ...ids, attributes, resource, links, text });
      }
    }
  }
}

/** Attributes, each value without the name of its type. */
function valuesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** A trace of its own, and a span in it, as a caller would name them (W3C Trace Context). */
export function aTrace(): { traceId: string; spanId: string; headers: { traceparent: string } } {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, headers: { traceparent: `00-${traceId}-${spanId}-01` } };
}
