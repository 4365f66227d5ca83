import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a free port of this machine. */
export interface Serving {
  readonly url: string;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Serves a handler of standard requests with Node's own server. */
export async function serve(handler: (request: Request) => Promise<Response>, port = 0): Promise<Serving> {
  const server: Server = createServer((message, answer) => void respond(handler, message, answer));
  // A client that was busy for Node's own 5 s would send on a connection that is being closed, and not know what became of it.
  server.keepAliveTimeout = 75_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  handler: (request: Request) => Promise<Response>,
  message: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  try {
    const response = await handler(await requestOf(message));
    answer.writeHead(response.status, Object.fromEntries(response.headers));
    answer.flushHeaders();
    if (response.body) await send(response.body, answer);
    answer.end();
  } catch {
    answer.destroy();
  }
}

async function requestOf(message: IncomingMessage): Promise<Request> {
  const { method = 'GET', headers, url = '/' } = message;
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  const body = pieces.length === 0 ? {} : { body: Buffer.concat(pieces) };
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
    ...body,
  });
}

async function send(body: ReadableStream<Uint8Array>, answer: ServerResponse): Promise<void> {
  const reader = body.getReader();
  answer.once('close', () => void reader.cancel().catch(() => undefined));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || answer.destroyed) return;
    if (answer.write(value)) continue;
    await new Promise<void>((resolve) => {
      answer.once('drain', resolve);
      answer.once('close', resolve);
    });
  }
}
