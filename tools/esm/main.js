#!/usr/bin/env node
// @ts-check
// Bundles the sources of a library into ES modules, one for each entry point, for browsers and for `import` in Node.
// Usage: node tools/esm/main.js <library folder>
const fs = require('node:fs');
const path = require('node:path');
const { build } = require('esbuild');

/** @param {string} folder of the library, whose package.json names the entry points under `import` */
async function bundleEsm(folder) {
  const target = path.join(folder, 'dist', 'esm');
  const names = entryNames(path.join(folder, 'package.json'));
  await build({
    entryPoints: names.map((name) => path.join(folder, 'src', `${name}.ts`)),
    outdir: target,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What entry points share is there once.
    splitting: names.length > 1,
    chunkNames: 'shared-[hash]',
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    // What is installed stays an import: the one who bundles for a browser sees each library once.
    packages: 'external',
    external: ['node:*'],
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const name of names) {
    // The types are those of the CommonJS build, as an ES module.
    fs.writeFileSync(path.join(target, `${name}.d.mts`), `export * from '../${name}.js';\n`);
  }
}

/**
 * @param {string} file
 * @returns {string[]} the names of the sources behind the entry points that are ES modules, too
 */
function entryNames(file) {
  const { exports: entries } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return Object.values(entries).flatMap((entry) => {
    const module = entry.import?.default;
    return module ? [path.basename(module, '.mjs')] : [];
  });
}

bundleEsm(path.resolve(process.argv[2] ?? '.')).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
