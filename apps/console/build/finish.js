#!/usr/bin/env node
// @ts-check
// After Vite: compresses the files once, so that the server need not, and checks what a first visit has to load.
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

const files = path.join(__dirname, '..', 'dist', 'web');
/** KiB of scripts and styles, gzipped, for the launcher and the panel screen; the editor and the charts come later. */
const BUDGET = 250;
const COMPRESSIBLE = /\.(js|css|svg|json)$/;
/** Smaller than a packet or two. */
const WORTHWHILE = 1_024;

/**
 * @typedef {object} Chunk
 * @property {string} file
 * @property {string[]} [imports]
 * @property {string[]} [css]
 */

/** @type {Record<string, Chunk>} */
const manifest = JSON.parse(fs.readFileSync(path.join(files, 'manifest.json'), 'utf8'));

/**
 * What an entry loads at once: itself, what it imports, and their styles.
 * @param {string} entry
 * @param {Set<string>} found
 */
function loaded(entry, found) {
  const chunk = manifest[entry];
  if (!chunk) throw new Error(`The build has no ${entry}.`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const style of chunk.css ?? []) found.add(style);
  for (const next of chunk.imports ?? []) loaded(next, found);
  return found;
}

/** @param {string} file */
const gzipped = (file) => zlib.gzipSync(fs.readFileSync(path.join(files, file)), { level: 9 }).length;

/** Compresses each file beside itself. @param {string} folder */
function compress(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) compress(file);
    else if (COMPRESSIBLE.test(entry.name) && entry.name !== 'manifest.json') {
      const content = fs.readFileSync(file);
      if (content.length < WORTHWHILE) continue;
      fs.writeFileSync(`${file}.gz`, zlib.gzipSync(content, { level: 9 }));
      const quality = { [zlib.constants.BROTLI_PARAM_QUALITY]: 9 };
      fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(content, { params: quality }));
    }
  }
}

const first = new Set();
for (const entry of ['index.html', 'screens/launcher.tsx', 'screens/panel.tsx']) loaded(entry, first);
const sizes = [...first].map((file) => ({ file, size: gzipped(file) })).sort((a, b) => b.size - a.size);
const sum = sizes.reduce((bytes, { size }) => bytes + size, 0);
compress(files);
console.log(`first load: ${(sum / 1024).toFixed(1)} KiB gzipped, of ${BUDGET} KiB`);
if (process.argv.includes('--list'))
  for (const { file, size } of sizes) console.log(`${(size / 1024).toFixed(1).padStart(7)}  ${file}`);
if (sum > BUDGET * 1024) {
  console.error(
    `The first load is over its budget:\n${sizes.map(({ file, size }) => `${size}  ${file}`).join('\n')}`,
  );
  process.exitCode = 1;
}
