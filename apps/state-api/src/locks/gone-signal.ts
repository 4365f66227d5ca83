import type { FastifyRequest } from 'fastify';

/** Aborted once the connection of a request is gone, and with it the client that waits for the response. */
export function goneSignal({ raw }: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  const { socket } = raw;
  if (socket.destroyed) gone.abort();
  const abort = () => gone.abort();
  socket.once('close', abort);
  // A connection carries many requests: those that are over leave no listener behind.
  raw.once('close', () => socket.off('close', abort));
  return gone.signal;
}
