import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { BodyTooLarge } from '../problems/http-refusals';

/** A client that went away while it sent a body. */
class BrokenOff extends Error {
  readonly statusCode = 400;
}

/**
 * The bytes of a body, in the pieces in which they came in: to put 16 MiB together in one go would hold up other requests.
 * @throws BodyTooLarge when there are more than the route takes; the rest is then read and dropped
 */
export function receivedBody(
  { headers, routeOptions }: FastifyRequest,
  payload: IncomingMessage,
): Promise<readonly Buffer[]> {
  const { bodyLimit: limit } = routeOptions;
  return new Promise((resolve, reject) => {
    if (Number(headers['content-length']) > limit) return reject(new BodyTooLarge());
    const pieces: Buffer[] = [];
    let bytes = 0;
    const onData = (piece: Buffer) => {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes > limit) settle(() => reject(new BodyTooLarge()));
    };
    const onEnd = () => settle(() => resolve(pieces));
    const onError = ({ message }: Error) => settle(() => reject(new BrokenOff(message)));
    const settle = (how: () => void) => {
      payload.off('data', onData).off('end', onEnd).off('error', onError);
      how();
    };
    payload.on('data', onData).on('end', onEnd).on('error', onError);
  });
}
