import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const folder = path.resolve(__dirname, '../src');

// A bundle for browsers that imports a built-in module of Node.js does not build.
it.each([
  ['index.ts', 16],
  ['http/index.ts', 12],
])('%s bundles for browsers in at most %d KiB, gzipped', async (entry, maxKib) => {
  const { outputFiles } = await build({
    entryPoints: [path.join(folder, entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const size = gzipSync(outputFiles[0]?.contents ?? new Uint8Array()).length;
  console.log(`${entry}: ${size} bytes gzipped`);
  expect(size).toBeLessThanOrEqual(maxKib * 1024);
});
