import type { PackageDefinition } from '@grpc/proto-loader';
import { type ServiceContext, bodyLimitBytes, jsonBodyLimits } from '@nexus-state/nest-kit';
import { CallLog } from './calls/call-log';
import { CallMetrics } from './calls/call-metrics';
import { ProblemStatus } from './calls/problem-status';
import { loadDefinition, serviceOf } from './server/definition';

/** The injection token of the `GrpcDoor`. */
export const GRPC_DOOR = Symbol('GRPC_DOOR');

/** What the parts of the gRPC door share. */
export class GrpcDoor {
  readonly definition: PackageDefinition = loadDefinition();
  readonly problems = new ProblemStatus(this.definition);
  readonly log: CallLog;
  /** How long a client may be behind with reading a stream. */
  readonly patienceMs: number;
  /** The most bytes of a message that is received. */
  readonly maxMessageBytes: number;
  /** Whether calls are traced. */
  readonly isTraced: boolean;
  /** What JSON in messages may be like. */
  readonly json: ReturnType<typeof jsonBodyLimits>;
  /** Called when the service begins to end. */
  onStop: () => void = () => undefined;
  readonly #bytesOf = new Map<string, (message: object) => Uint8Array>();

  constructor({ config, logger, metrics }: ServiceContext) {
    this.log = new CallLog(new CallMetrics(metrics), logger);
    this.patienceMs = config.REALTIME_STALL_TIMEOUT;
    this.maxMessageBytes = bodyLimitBytes(config);
    this.isTraced = config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined;
    this.json = jsonBodyLimits(config);
    for (const { path, requestSerialize } of Object.values(serviceOf(this.definition)))
      this.#bytesOf.set(path, requestSerialize);
  }

  /** The bytes of the message that a call began with. */
  bytesOf(method: string, message: object): Uint8Array {
    return this.#bytesOf.get(method)?.(message) ?? Buffer.alloc(0);
  }
}
