import { errorOf } from './error-classes';
import { type StreamEvent, readEventStream } from './event-stream';
import { abortReason, pause } from './pause';
import type { NexusError, Problem } from './problem';
import { type Request, type Transport, isPassing, waitMs } from './transport';

/**
 * Follows server-sent events, and opens the stream again where it ends.
 * @param request the next request: it says where to go on
 * @param onOpen told whenever a stream has opened
 * @throws the reason of the signal once it is aborted; NexusError when the service refuses to go on
 */
export async function* followEvents(
  transport: Transport,
  request: () => Omit<Request, 'method'>,
  signal: AbortSignal | undefined,
  onOpen: () => void = () => undefined,
): AsyncGenerator<StreamEvent, void> {
  for (let attempt = 0; ; attempt++) {
    let error = {} as NexusError;
    try {
      const { headers, ...rest } = request();
      const accept = { accept: 'text/event-stream', ...headers };
      const { body } = await transport.open({ method: 'GET', headers: accept, ...rest, signal });
      onOpen();
      for await (const event of body ? readEventStream(body) : []) {
        if (event.event === 'error') throw errorOf(JSON.parse(event.data) as Problem);
        if (signal?.aborted) throw abortReason(signal);
        attempt = 0;
        yield event;
      }
    } catch (cause) {
      if (signal?.aborted) throw abortReason(signal);
      error = cause as NexusError;
      if (!isPassing(error) && !isFirstUnauthorized(error, attempt)) throw error;
    }
    await pause(waitMs(error, attempt), signal);
  }
}

/** A stream ends when its token expires; the next one is opened with a fresh token. */
function isFirstUnauthorized({ status }: NexusError, attempt: number): boolean {
  return status === 401 && attempt === 0;
}
