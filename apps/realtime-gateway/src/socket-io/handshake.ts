import { type Principal, bearerToken } from '@nexus-state/nest-kit';
import type { Namespace, Socket } from 'socket.io';
import type { Connections } from '../connections/connections';
import { refusalOf } from '../connections/refusal';

/** A refusal as Socket.IO hands it to the client: `connect_error` with the problem in `err.data`. */
class ConnectionRefused extends Error {
  constructor(readonly data: ReturnType<typeof refusalOf>) {
    super(data.message);
  }
}

/** Lets only those connect whose token is good: `auth.token` of the handshake, or the `Authorization` header. */
export function identify(namespace: Namespace, connections: Connections): void {
  const { verifier, logger } = connections.ports;
  namespace.use((socket, next) => {
    Promise.resolve()
      .then(() => {
        connections.mustBeOpen();
        return verifier.verify(tokenOf(socket));
      })
      .then((principal) => {
        setPrincipal(socket, principal);
        next();
      })
      .catch((error: unknown) => next(new ConnectionRefused(refusalOf(error, logger))));
  });
}

/** Refuses the root namespace, which is always there and would let in who has no token, like any that is not there. */
export function closeRoot({ server }: Namespace): void {
  server.of('/').use((_socket, next) => next(new Error('Invalid namespace')));
}

/** Who is connected. */
export function principalOf(socket: Socket): Principal {
  return (socket.data as { principal: Principal }).principal;
}

function setPrincipal(socket: Socket, principal: Principal): void {
  (socket.data as { principal?: Principal }).principal = principal;
}

function tokenOf({ handshake }: Socket): string | undefined {
  const given: unknown = handshake.auth['token'];
  if (typeof given === 'string') return bearerToken(given) ?? given;
  return bearerToken(handshake.headers.authorization);
}
