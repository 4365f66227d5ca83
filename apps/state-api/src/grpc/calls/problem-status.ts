import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';
import { type Problem, boundedText } from '@nexus-state/nest-kit';
import { boundedProblem } from './bounded-problem';
import { grpcCodes } from './grpc-codes';

/** What a refused call ends with. */
export type CallStatus = Pick<ServiceError, 'code' | 'details' | 'metadata'> & { readonly message: string };

/** The longest text of the trailer `grpc-message`, in UTF-16 code units: percent-encoded, each takes up to nine bytes. */
const maxDetailsLength = 200;

const detailsTrailer = 'grpc-status-details-bin';

/** Makes the status of a refused call, with its problem as the typed detail. */
export class ProblemStatus {
  readonly #problem: MessageTypeDefinition<object, object>;
  readonly #status: MessageTypeDefinition<object, object>;

  constructor(definition: PackageDefinition) {
    this.#problem = definition['nexus.state.v1.Problem'] as MessageTypeDefinition<object, object>;
    this.#status = definition['google.rpc.Status'] as MessageTypeDefinition<object, object>;
  }

  /** @param trailers what the call says at its end beside the status */
  of(problem: Problem, trailers: Readonly<Record<string, string>>): CallStatus {
    const { error, message, facts } = boundedProblem(problem);
    const code = (grpcCodes as Readonly<Record<string, status>>)[problem.error] ?? status.INTERNAL;
    const detail = this.#problem.serialize({ code: error, message, factsJson: Buffer.from(facts) });
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
    const details = [{ type_url: 'type.googleapis.com/nexus.state.v1.Problem', value: detail }];
    metadata.set(detailsTrailer, Buffer.from(this.#status.serialize({ code, message, details })));
    // A lone surrogate cannot be percent-encoded.
    const text = boundedText(message, maxDetailsLength).toWellFormed();
    return { code, message: text, details: text, metadata };
  }
}
