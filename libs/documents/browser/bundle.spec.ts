import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Metafile, build } from 'esbuild';

const entry = path.resolve(__dirname, '../src/index.ts');
const maxGzippedBytes = 12.5 * 1024;

/** What a browser downloads for `imports`, minified. */
async function bundled(imports: string): Promise<{ readonly code: Uint8Array; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: imports.replace('documents', entry), resolveDir: __dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]?.contents as Uint8Array, metafile };
}

describe('the library in a browser', () => {
  it(`is at most ${maxGzippedBytes} bytes, minified and gzipped`, async () => {
    const { code } = await bundled("export * from 'documents'");
    const size = gzipSync(code).length;
    console.log(`documents: ${code.length} bytes minified, ${size} gzipped`);
    expect(size).toBeLessThanOrEqual(maxGzippedBytes);
  });

  // A bundle for browsers that imports a built-in module of Node.js does not build.
  it('imports nothing: no module of Node.js, no other package', async () => {
    const { metafile } = await bundled("export * from 'documents'");
    const packages = Object.keys(metafile.inputs)
      .map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
      .filter((name) => name !== undefined);
    expect([...new Set(packages)]).toEqual([]);
    const imported = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external),
    );
    expect(imported).toEqual([]);
  });

  it('costs only what is used', async () => {
    const { code } = await bundled("export { parsePointer } from 'documents'");
    expect(code.length).toBeLessThan(1_000);
  });
});
