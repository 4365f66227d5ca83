/** @jest-environment node */
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const library = path.resolve(__dirname, '..');
const kibibyte = 1024;
/** All hooks, beside the client and React. */
const maxGzipped = 8.5 * kibibyte;

/** What a browser downloads for some code, minified. */
async function bundled(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: library },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['react', '@nexus-state/client'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.contents as Uint8Array;
  return { gzipped: gzipSync(code).length, inputs: Object.keys(metafile.inputs) };
}

describe('the hooks in a browser', () => {
  it(`have at most ${maxGzipped} bytes gzipped, and need nothing but the client and React`, async () => {
    const { gzipped, inputs } = await bundled("export * from './src/index.ts';");
    console.log(`hooks: ${gzipped} bytes gzipped`);
    expect(gzipped).toBeLessThanOrEqual(maxGzipped);
    expect(inputs.filter((file) => file.includes('node_modules'))).toEqual([]);
  });

  it('cost only what is used', async () => {
    const { gzipped: panel } = await bundled("export { usePanel } from './src/index.ts';");
    expect(panel).toBeLessThan(3 * kibibyte);
    const { gzipped, inputs } = await bundled("export { useConnection } from './src/index.ts';");
    expect(inputs.length).toBeGreaterThan(0);
    expect(gzipped).toBeLessThan(kibibyte);
  });
});
