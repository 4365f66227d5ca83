#!/usr/bin/env node
// @ts-check
// Bundles a command into one file for Node, which runs without a checkout.
// Usage: node tools/bundle/main.js <source> <target>, in the folder of the package
const fs = require('node:fs');
const path = require('node:path');
const { build } = require('esbuild');

/**
 * @param {string} source
 * @param {string} target
 */
async function bundle(source, target) {
  const { version } = JSON.parse(fs.readFileSync(path.resolve('package.json'), 'utf8'));
  await build({
    entryPoints: [path.resolve(source)],
    outfile: path.resolve(target),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // Less to read at each start; names stay, for errors are told apart by them.
    minify: true,
    keepNames: true,
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    banner: { js: '#!/usr/bin/env node' },
    // ws and pg work without these, which are compiled for each machine.
    external: ['bufferutil', 'utf-8-validate', 'pg-native'],
    legalComments: 'eof',
    logLevel: 'warning',
  });
  fs.chmodSync(path.resolve(target), 0o755);
}

const [source = 'src/main.ts', target = 'dist/main.js'] = process.argv.slice(2);
bundle(source, target).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
