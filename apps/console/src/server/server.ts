import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { clientConfig } from './client-config';
import { dataPolicy, pagePolicy, securityHeaders } from './page-policy';
import type { Settings } from './settings';

/** What stands in the built page where the nonce belongs. */
const nonceMark = '__CSP_NONCE__';
const year = 31_536_000;

/**
 * The server of the console: the page under every address of it, its files, and what the page needs to know.
 * @param files the folder that Vite has built
 */
export function consoleServer(settings: Settings, files: string): FastifyInstance {
  const page = readFileSync(path.join(files, 'index.html'), 'utf8');
  const server = fastify({ forceCloseConnections: 'idle', requestTimeout: 10_000, bodyLimit: 1024 });
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers({ ...securityHeaders, 'content-security-policy': dataPolicy });
    done();
  });
  void server.register(fastifyStatic, {
    root: files,
    index: false,
    wildcard: true,
    prefix: '/',
    dotfiles: 'deny',
    preCompressed: true,
    cacheControl: false,
    allowedPath: (name) => name !== '/index.html' && name !== '/manifest.json' && !/\.(br|gz)$/.test(name),
    setHeaders: (reply, file) => {
      // Files of `assets` have a hash in their name.
      const isHashed = path.relative(files, file).startsWith(`assets${path.sep}`);
      void reply.header('cache-control', isHashed ? `public, max-age=${year}, immutable` : 'no-cache');
    },
  });

  const sendPage = (_request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ 'content-security-policy': pagePolicy(settings, nonce), 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page.replaceAll(nonceMark, nonce));
  };
  server.get('/', sendPage);
  server.get('/w/*', sendPage);
  // A page for people, and an answer for probes.
  server.get('/health', (request, reply) =>
    isForPeople(request) ? sendPage(request, reply) : alive(reply, 'ok'),
  );
  server.get('/health/live', (_request, reply) => alive(reply, 'alive'));
  server.get('/health/ready', (_request, reply) => alive(reply, 'ready'));
  server.get('/config.json', (request, reply) =>
    reply.header('cache-control', 'no-store').send(clientConfig(settings, request.host)),
  );
  server.setNotFoundHandler((request, reply) =>
    isForPeople(request)
      ? sendPage(request, reply.status(404))
      : reply.status(404).type('text/plain').send('Not found.\n'),
  );
  return server;
}

function isForPeople({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !url.startsWith('/assets/') && (headers.accept ?? '').includes('text/html');
}

function alive(reply: FastifyReply, status: string): FastifyReply {
  return reply.header('cache-control', 'no-store').send({ status });
}
