import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Answers a request past the framework, or has the framework answer it.
 * @param goOn hands the request to the framework, at once or later; nothing may have been answered yet
 */
export type Shortcut = (request: IncomingMessage, response: ServerResponse, goOn: () => void) => void;

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Has a shortcut see every request before the framework does, until the server is closed. To be called once the framework listens to
 * requests, and before the server accepts connections.
 */
export function addShortcut(fastify: FastifyInstance, shortcut: Shortcut): void {
  const { server } = fastify;
  const framework = server.listeners('request') as Listener[];
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const goOn = () => {
      for (const listener of framework) listener.call(server, request, response);
    };
    if (isClosing) goOn();
    else shortcut(request, response, goOn);
  });
}
