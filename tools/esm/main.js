#!/usr/bin/env node
// @ts-check
// Bundles the built CommonJS of a library into one ES module beside it, for browsers and for `import` in Node.
// Usage: node tools/esm/main.js <library folder>
const fs = require('node:fs');
const path = require('node:path');
const { build } = require('esbuild');

/** @param {string} folder of the library, with `src/index.ts` */
async function bundleEsm(folder) {
  const target = path.join(folder, 'dist', 'esm');
  await build({
    entryPoints: [path.join(folder, 'src', 'index.ts')],
    outfile: path.join(target, 'index.mjs'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    // What is installed stays an import: the one who bundles for a browser sees each library once.
    packages: 'external',
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  // The types are those of the CommonJS build, as an ES module.
  fs.writeFileSync(path.join(target, 'index.d.mts'), "export * from '../index.js';\n");
}

bundleEsm(path.resolve(process.argv[2] ?? '.')).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
