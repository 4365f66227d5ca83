import {
  type Server,
  type ServerDuplexStream,
  type UntypedServiceImplementation,
  status,
} from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { StateError } from '@nexus-state/documents';
import { type TokenVerifier, bearerToken, internalProblem, problemOf } from '@nexus-state/nest-kit';
import { textOf } from '../calls/open-call';
import type { ProblemStatus } from '../calls/problem-status';

type Handler = (call: ServerDuplexStream<object, object>) => void;

/** Who may ask for the description of the service. */
interface ReflectionRules {
  /** Verifies the tokens of those who ask; undefined where nobody needs one. */
  readonly verifier: TokenVerifier | undefined;
  readonly problems: ProblemStatus;
}

/** Serves the description of the services (`grpc.reflection.v1` and `v1alpha`). */
export function addReflection(server: Server, definition: PackageDefinition, rules: ReflectionRules): void {
  const { verifier, problems } = rules;
  const add: Pick<Server, 'addService'> = {
    addService: (service, implementation) =>
      server.addService(service, verifier ? guarded(implementation, verifier, problems) : implementation),
  };
  new ReflectionService(definition).addToServer(add);
}

/** Has every call of a service show a token first. */
function guarded(
  implementation: UntypedServiceImplementation,
  verifier: TokenVerifier,
  problems: ProblemStatus,
): UntypedServiceImplementation {
  const entries = Object.entries(implementation).map(([name, handler]): [string, Handler] => [
    name,
    (call) => {
      const verify = async () => verifier.verify(bearerToken(textOf(call.metadata, 'authorization')));
      verify().then(
        () => (handler as unknown as Handler)(call),
        (error: unknown) => {
          const isRefusal = error instanceof StateError;
          const problem = isRefusal ? problemOf(error, call.getPath()) : internalProblem(call.getPath());
          call.emit('error', {
            ...problems.of(problem, {}),
            code: isRefusal ? status.UNAUTHENTICATED : status.INTERNAL,
          });
        },
      );
    },
  ]);
  return Object.fromEntries(entries) as unknown as UntypedServiceImplementation;
}
