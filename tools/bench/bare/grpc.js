// @ts-check
const { Server, ServerCredentials, loadPackageDefinition, status } = require('@grpc/grpc-js');
const { loadDefinition } = require('../grpc-definition');
const { verifier } = require('./authenticate');

/**
 * The least that reads a document over gRPC: grpc-js by itself, which verifies the token and answers what Redis holds.
 * @param {import('ioredis').Redis} redis
 * @param {{ secret: string, port: number }} options
 * @returns {Promise<void>}
 */
function serveGrpc(redis, { secret, port }) {
  const isGood = verifier(secret);
  const loaded = /** @type {any} */ (loadPackageDefinition(loadDefinition()));
  const server = new Server();
  server.addService(loaded.nexus.state.v1.StateService.service, {
    get: async (/** @type {any} */ call, /** @type {any} */ callback) => {
      const [authorization] = call.metadata.get('authorization');
      if (!isGood(String(authorization).slice('Bearer '.length))) {
        return callback({ code: status.UNAUTHENTICATED, details: 'unauthorized' });
      }
      const { workspaceId, panelId } = call.request;
      const text = await redis.get(`bare:${panelId}`);
      if (text === null) return callback({ code: status.NOT_FOUND, details: 'not_found' });
      callback(null, { workspaceId, panelId, version: 1, stateJson: Buffer.from(text) });
    },
  });
  return new Promise((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
}

module.exports = { serveGrpc };
