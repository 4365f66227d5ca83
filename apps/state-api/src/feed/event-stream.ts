import { once } from 'node:events';
import { textAround } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';
import { auditOf } from '../audit/request-audit';

/** The content type of server-sent events. */
const eventStreamType = 'text/event-stream; charset=utf-8';

/** What the head of such an answer says. */
const streamHeaders = {
  'content-type': eventStreamType,
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

const heartbeatMs = 15_000;

/** Server-sent events (WHATWG HTML, section 9.2) over one answer, which stays open until either side ends it. */
export class EventStream {
  readonly #closed = new AbortController();

  private constructor(private readonly reply: FastifyReply) {
    const beat = setInterval(() => reply.raw.write(':\n\n'), heartbeatMs);
    reply.raw.once('close', () => {
      clearInterval(beat);
      this.#closed.abort();
    });
  }

  /** Answers HEAD, which ends where GET stays open. */
  static head(reply: FastifyReply): void {
    void reply.headers(streamHeaders).send();
  }

  /** Takes the answer over and sends its head. */
  static open(reply: FastifyReply): EventStream {
    reply.hijack();
    reply.raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      ...streamHeaders,
    });
    reply.raw.flushHeaders();
    auditOf(reply.request)?.streamBegins();
    return new EventStream(reply);
  }

  /** Aborted once the connection is gone. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Sends one event, of type `message` where none is named; waits while the reader is slower than we are. */
  async send(event: string | undefined, id: string | undefined, data: object): Promise<void> {
    if (this.closed.aborted) return;
    const idLine = id === undefined ? '' : `id: ${id}\n`;
    const eventLine = event === undefined ? '' : `event: ${event}\n`;
    const text = `${idLine}${eventLine}data: ${textAround(data)}\n\n`;
    if (this.reply.raw.write(text)) return;
    await once(this.reply.raw, 'drain', { signal: this.closed }).catch(() => undefined);
  }

  end(): void {
    this.reply.raw.end();
  }
}
