// @ts-check
const path = require('node:path');
const { loadSync } = require('@grpc/proto-loader');
const paths = require('../paths');

/** The published description of the gRPC service. */
function loadDefinition() {
  return loadSync('nexus/state/v1/state.proto', {
    includeDirs: [path.join(paths.root, 'libs', 'contracts', 'proto')],
    longs: Number,
    enums: String,
    defaults: true,
  });
}

module.exports = { loadDefinition };
