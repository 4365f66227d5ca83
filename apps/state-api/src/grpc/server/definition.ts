import path from 'node:path';
import { type MethodDefinition, type PackageDefinition, loadSync } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import { StateError } from '@nexus-state/documents';
import { TransportError } from '@nexus-state/nest-kit';
import { countOperations } from './count-operations';

/** The package of the service. */
export const packageName = 'nexus.state.v1';
/** The service, within its package. */
export const serviceName = 'StateService';

/** The methods whose requests have a list of operations. */
const transactions = ['transact', 'transactKeys'];

/** Where the published .proto files are. */
const protos = path.join(path.dirname(require.resolve('@nexus-state/contracts/package.json')), 'proto');

/** Bytes that are not a message of the method's type. */
class UnreadableMessage extends TransportError {
  readonly code = 'bad_message';
  constructor() {
    super('The bytes are not a message of the type that the method takes.');
  }
}

/** A request that was refused as it was read. Stands in its place, so that the door answers as it answers other refusals. */
export class UnreadRequest {
  constructor(readonly refusal: StateError) {}
}

/**
 * Loads the .proto files. Requests that cannot be read become an `UnreadRequest`: what a deserializer throws would be answered
 * without a code of ours.
 */
export function loadDefinition(): PackageDefinition {
  const files = ['nexus/state/v1/state.proto', 'google/rpc/status.proto', healthProto];
  const definition = loadSync(files, {
    includeDirs: [protos],
    longs: Number,
    enums: String,
    defaults: true,
  });
  const service = serviceOf(definition);
  for (const method of Object.values(service)) {
    const read = method.requestDeserialize;
    method.requestDeserialize = (bytes) => {
      try {
        if (transactions.includes(method.originalName ?? '')) countOperations(bytes);
        return read(bytes);
      } catch (error) {
        return new UnreadRequest(error instanceof StateError ? error : new UnreadableMessage());
      }
    };
  }
  return definition;
}

/** The methods of the service. */
export function serviceOf(definition: PackageDefinition): Record<string, MethodDefinition<object, object>> {
  return definition[`${packageName}.${serviceName}`] as Record<string, MethodDefinition<object, object>>;
}
