import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Metafile, build } from 'esbuild';

const library = path.resolve(__dirname, '..');
const kibibyte = 1024;
/** All of it: REST, keys, live documents with the merge of the server, and the protocol of Socket.IO. */
const maxGzipped = 28 * kibibyte;
/** REST and keys alone. */
const maxRestGzipped = 10 * kibibyte;

/** What a browser downloads for an import of the client, minified. */
async function bundled(
  imports: string,
): Promise<{ readonly gzipped: number; readonly bytes: number; readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `${imports} globalThis.used = used;`, resolveDir: library },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.contents as Uint8Array;
  return { gzipped: gzipSync(code).length, bytes: code.length, metafile };
}

const wholeClient = "import { createClient as used } from './src/index.ts';";
const restClient = "import { createRestClient as used } from './src/rest.ts';";

function packagesOf({ inputs }: Metafile): string[] {
  const names = Object.keys(inputs).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

describe('the client in a browser', () => {
  it(`has at most ${maxGzipped} bytes gzipped`, async () => {
    const { gzipped } = await bundled(wholeClient);
    console.log(`client: ${gzipped} bytes gzipped`);
    expect(gzipped).toBeLessThanOrEqual(maxGzipped);
  });

  it(`has at most ${maxRestGzipped} bytes gzipped without live documents`, async () => {
    const { gzipped, metafile } = await bundled(restClient);
    console.log(`client without live documents: ${gzipped} bytes gzipped`);
    expect(gzipped).toBeLessThanOrEqual(maxRestGzipped);
    expect(packagesOf(metafile)).toEqual([]);
    const live = Object.keys(metafile.inputs).filter((file) => /src\/(live|document|storage)\//.test(file));
    expect(live).toEqual([]);
  });

  // A bundle for browsers that imports a built-in module of Node.js does not build.
  it('has nothing of Node.js, of Nest or of decorators in it', async () => {
    const { metafile } = await bundled(wholeClient);
    // What is there of it in a browser says that it does not work there, and is never asked.
    expect(packagesOf(metafile)).toEqual(['ws']);
    const storage = await bundled("import { indexedDbStorage as used } from './src/indexeddb.ts';");
    expect(packagesOf(storage.metafile)).toEqual([]);
  });

  it('costs only what is used', async () => {
    expect((await bundled("import { memoryStorage as used } from './src/index.ts';")).bytes).toBeLessThan(
      2_000,
    );
    expect((await bundled("import { NexusError as used } from './src/index.ts';")).bytes).toBeLessThan(1_000);
  });
});
