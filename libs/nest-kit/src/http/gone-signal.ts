import type { FastifyReply } from 'fastify';

/**
 * Aborted once the connection of a request is gone, and with it the client that waits for the response. Not aborted when the
 * response is sent.
 */
export function goneSignal({ request, raw: response }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const { socket } = request.raw;
  if (socket.destroyed) gone.abort();
  const abort = () => gone.abort();
  socket.once('close', abort);
  // A connection carries many requests: those that are over leave no listener behind. The request itself closes before, with the
  // end of its body.
  response.once('close', () => socket.off('close', abort));
  return gone.signal;
}
