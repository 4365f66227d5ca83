import { status } from '@grpc/grpc-js';
import type { ServiceContext } from '@nexus-state/nest-kit';
import type { CallMetrics } from './call-metrics';

/** A call that has ended. */
export interface EndedCall {
  /** Its path: `/nexus.state.v1.StateService/Get`. */
  readonly method: string;
  readonly requestId: string;
  readonly code: status;
  /** When it began, by `performance.now()`. */
  readonly began: number;
}

/** Where every call is counted, measured and logged. */
export class CallLog {
  readonly #logsAll: boolean;

  constructor(
    private readonly metrics: CallMetrics,
    private readonly logger: ServiceContext['logger'],
  ) {
    this.#logsAll = logger.isLevelEnabled('debug');
  }

  ended({ method, requestId, code, began }: EndedCall): void {
    const ms = performance.now() - began;
    this.metrics.ended(method, code, ms / 1_000);
    if (!this.#logsAll) return;
    this.logger.debug({ requestId, method, code: status[code], durationMs: Math.round(ms) }, 'call');
  }

  /** See `CallMetrics.streaming`. */
  streaming(method: string): () => void {
    return this.metrics.streaming(method);
  }

  /** Logs a call that failed because of the service, or what is behind it. */
  failed(call: Pick<EndedCall, 'method' | 'requestId'>, error: string, cause: unknown): void {
    this.logger.error({ ...call, error, err: cause }, 'call failed');
  }
}
