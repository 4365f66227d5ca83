import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import { withRequestId } from './request-trace';

const tracer = trace.getTracer('nexus-state/grpc');

/** A call of gRPC that begins. */
export interface TracedCall {
  /** Its path: `/nexus.state.v1.StateService/Get`. */
  readonly path: string;
  readonly requestId: string;
  /** The metadata that name a trace (W3C Trace Context), where they were sent. */
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** How a call has ended. */
export interface EndedCallFacts {
  /** The number of its status. */
  readonly code: number;
  /** Whether that is a failure of the service, not a refusal. */
  readonly isFailure: boolean;
}

/**
 * The span of a gRPC call: in the trace that its metadata names, or in a new one. Names and attributes are those of
 * https://opentelemetry.io/docs/specs/semconv/rpc/grpc/; besides, the ids of request, workspace and panel.
 */
export class CallSpan {
  readonly #span: Span;
  readonly #context: Context;

  constructor({ path, requestId, traceparent, tracestate }: TracedCall) {
    const parent = propagation.extract(ROOT_CONTEXT, { traceparent, tracestate });
    const name = path.replace(/^\//, '');
    const [service, method] = name.split('/');
    const attributes = {
      'rpc.system': 'grpc',
      'rpc.service': service,
      'rpc.method': method,
      'nexus.request.id': requestId,
    };
    this.#span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    this.#context = withRequestId(trace.setSpan(parent, this.#span), requestId);
  }

  /** Says what the call is about. */
  about(workspaceId: string | undefined, panelId: string | undefined): void {
    this.#span.setAttributes({ 'nexus.workspace.id': workspaceId, 'nexus.panel.id': panelId });
  }

  /** Does some work of the call in its trace. */
  run<T>(work: () => T): T {
    return context.with(this.#context, work);
  }

  end({ code, isFailure }: EndedCallFacts): void {
    this.#span.setAttribute('rpc.grpc.status_code', code);
    if (isFailure) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
  }
}
