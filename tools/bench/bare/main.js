// @ts-check
const fastify = require('fastify').default;
const { Redis } = require('ioredis');
const { Pool } = require('pg');
const { authenticate } = require('./authenticate');
const { Documents } = require('./documents');
const { serveGrpc } = require('./grpc');
const { CHANNEL, setting } = require('./setting');

/**
 * The least that does the same: what one would write by hand on Fastify, ioredis and pg, without any of the product's
 * promises beyond the version check. It is what the product is measured against.
 */
async function serve() {
  const redis = new Redis(setting('REDIS_URL'));
  const pool = new Pool({ connectionString: setting('DATABASE_URL'), max: 16 });

  const app = fastify();
  app.get('/', () => 'ready');
  app.register(async (guarded) => {
    guarded.addHook('onRequest', authenticate(setting('JWT_SECRET_KEY')));

    guarded.get('/cached/:id', async (request, reply) => {
      const text = await redis.get(`bare:${idOf(request)}`);
      return reply
        .code(text === null ? 404 : 200)
        .type('application/json; charset=utf-8')
        .send(text ?? '{}');
    });
    guarded.post('/cached/:id', async (request) => {
      await redis.set(`bare:${idOf(request)}`, JSON.stringify(request.body));
      return {};
    });

    const stored = new Documents(pool, 'bare_stored');
    await stored.createTables({ indexed: false });
    serveDocuments(guarded, '/stored/:id', stored);
    const indexed = new Documents(pool, 'bare_indexed');
    await indexed.createTables({ indexed: true });
    serveDocuments(guarded, '/indexed/:id', indexed);

    guarded.put('/live/:id', async (request, reply) => {
      const { state, version } = bodyOf(request);
      const written = await stored.replace(idOf(request), state, version);
      if (!written) return reply.code(409).send({ error: 'version_conflict' });
      await redis.publish(CHANNEL, JSON.stringify({ id: idOf(request), version: version + 1, state }));
      return { version: version + 1 };
    });
  });
  await serveGrpc(redis, { secret: setting('JWT_SECRET_KEY'), port: Number(setting('GRPC_PORT')) });
  await app.listen({ host: '127.0.0.1', port: Number(setting('SERVICE_PORT')) });
}

/**
 * @param {import('fastify').FastifyInstance} app
 * @param {string} path
 * @param {InstanceType<typeof Documents>} documents
 */
function serveDocuments(app, path, documents) {
  app.get(path, async (request) => (await documents.read(idOf(request))) ?? {});
  app.post(path, async (request) => documents.create(idOf(request), bodyOf(request).state));
  app.put(path, async (request, reply) => {
    const { state, version } = bodyOf(request);
    const written = await documents.replace(idOf(request), state, version);
    return written ? { version: version + 1 } : reply.code(409).send({ error: 'version_conflict' });
  });
  app.get(`${path}/history`, async (request) => {
    const { limit } = /** @type {{ limit: string }} */ (request.query);
    return documents.history(idOf(request), Number(limit));
  });
}

/** @param {import('fastify').FastifyRequest} request */
function idOf(request) {
  return /** @type {{ id: string }} */ (request.params).id;
}

/** @param {import('fastify').FastifyRequest} request */
function bodyOf(request) {
  return /** @type {{ state: object, version: number }} */ (request.body);
}

void serve();
