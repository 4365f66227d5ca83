// @ts-check
const { Metadata, credentials, loadPackageDefinition } = require('@grpc/grpc-js');
const { loadDefinition } = require('../grpc-definition');
const { DOCUMENTS, stateText } = require('./documents');
const { expectStatus, seed, workspace } = require('./requests');

/** Connections that the calls share: a few, as clients of gRPC have. */
const CHANNELS = 8;

/**
 * Reads of documents of 1 KB over gRPC, all of them in the cache; the bare server holds answers of the same size.
 * @type {(side: import('./scenarios').Side) => import('./scenarios').Scenario}
 */
const grpcRead = (side) => {
  /** @type {any[]} */
  let clients = [];
  /** @type {Metadata[]} */
  let metadata = [];
  return {
    prepare: async (connections, { grpcPort, tokens }) => {
      await seed(connections, DOCUMENTS, async (connection, id) => {
        const state = stateText(id, 0);
        const answer =
          side === 'ours'
            ? await connection.send('POST', `${workspace}/grpc-${id}`, `{"initialState":${state}}`)
            : await connection.send('POST', `/cached/grpc-${id}`, state);
        expectStatus(side === 'ours' ? 201 : 200, answer);
      });
      const { StateService } = /** @type {any} */ (loadPackageDefinition(loadDefinition())).nexus.state.v1;
      const own = { 'grpc.use_local_subchannel_pool': 1 };
      clients = Array.from(
        { length: CHANNELS },
        () => new StateService(`127.0.0.1:${grpcPort}`, credentials.createInsecure(), own),
      );
      metadata = tokens.map((token) => {
        const one = new Metadata();
        one.set('authorization', `Bearer ${token}`);
        return one;
      });
    },
    operate: (_, slot) =>
      new Promise((resolve, reject) => {
        const request = { workspaceId: 'bench', panelId: `grpc-${Math.floor(Math.random() * DOCUMENTS)}` };
        clients[slot % CHANNELS].get(request, metadata[slot], (/** @type {Error | null} */ error) =>
          error ? reject(error) : resolve(),
        );
      }),
  };
};

module.exports = { grpcRead };
