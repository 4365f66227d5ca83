// @ts-check
const { createServer } = require('node:http');
const { Redis } = require('ioredis');
const { WebSocketServer } = require('ws');
const { verifier } = require('./authenticate');
const { CHANNEL, setting } = require('./setting');

/**
 * The least that sends updates: each message of a channel of Redis goes to every WebSocket unchanged. It
 * knows no versions, no gaps and no repeats, and nothing of who may see what.
 */
async function serve() {
  const verify = verifier(setting('JWT_SECRET_KEY'));
  const server = createServer((_, response) => void response.end('ready'));
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    verifyClient: (/** @type {{ req: import('node:http').IncomingMessage }} */ { req }) =>
      verify(new URL(req.url ?? '', 'ws://host').searchParams.get('token') ?? ''),
  });
  const redis = new Redis(setting('REDIS_URL'));
  redis.on('message', (_, text) => {
    for (const socket of sockets.clients) socket.send(text);
  });
  await redis.subscribe(CHANNEL);
  server.listen(Number(setting('REALTIME_PORT')), '127.0.0.1');
}

void serve();
