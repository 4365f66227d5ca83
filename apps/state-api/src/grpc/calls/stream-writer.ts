import { type ServerHttp2Stream, constants } from 'node:http2';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { SlowWatcher } from './streaming';

/** How much may wait for a client to read it, beside the last message; in bytes, about. */
const maxUnsentBytes = 256 * 1024;
/** What a message takes beside the content of its fields. */
const overheadBytes = 128;

/** What of a stream is written to. */
export type WrittenStream = Pick<ServerWritableStream<object, object>, 'write' | 'once'>;

/**
 * Writes the messages of one stream, so that little of them waits in memory: HTTP/2 takes no more from here than its client reads
 * there. Nothing is read for a client that is behind, since what was read would have to be kept for it.
 */
export class StreamWriter {
  #unsentBytes = 0;
  #moved: () => void = () => undefined;

  /** @param patienceMs how long a client may read nothing */
  constructor(
    private readonly raw: WrittenStream,
    private readonly signal: AbortSignal,
    private readonly patienceMs: number,
  ) {}

  /**
   * Writes a message, and waits until there is room for the next one, or the signal is aborted.
   * @throws SlowWatcher where the client reads nothing for too long
   */
  async send(message: object): Promise<void> {
    const bytes = bytesIn(message);
    this.#unsentBytes += bytes;
    this.raw.write(message, () => {
      this.#unsentBytes -= bytes;
      this.#moved();
    });
    while (this.#unsentBytes > maxUnsentBytes && !this.signal.aborted) await this.#oneRead();
  }

  /**
   * Has the stream reset where its client does not read either that it has ended: its status would wait behind what was written. Clients
   * see RESOURCE_EXHAUSTED then, too.
   */
  resetLater(): void {
    const late = setTimeout(() => resetStream(this.raw), this.patienceMs).unref();
    const clear = () => clearTimeout(late);
    this.raw.once('finish', clear);
    this.raw.once('cancelled', clear);
  }

  /** @throws SlowWatcher */
  async #oneRead(): Promise<void> {
    let late: NodeJS.Timeout | undefined;
    let moved: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#moved = moved = resolve;
        this.signal.addEventListener('abort', moved);
        late = setTimeout(() => reject(new SlowWatcher()), this.patienceMs);
      });
    } finally {
      clearTimeout(late);
      this.signal.removeEventListener('abort', moved);
    }
  }
}

/** The size of a message as it waits, about: that of its bytes and texts. */
function bytesIn(message: object): number {
  let bytes = overheadBytes;
  for (const value of Object.values(message)) {
    if (typeof value === 'string' || value instanceof Uint8Array) bytes += value.length;
    else if (typeof value === 'object' && value !== null) bytes += bytesIn(value);
  }
  return bytes;
}

/** A call within grpc-js: one that interceptors wrap, or the innermost one. */
interface InnerCall {
  readonly nextCall?: InnerCall;
  readonly stream?: ServerHttp2Stream;
}

/** Resets the HTTP/2 stream of a call; grpc-js itself ends a call only after everything that was written. */
function resetStream(raw: WrittenStream): void {
  let { call } = raw as { readonly call?: InnerCall };
  while (call?.nextCall) call = call.nextCall;
  call?.stream?.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
