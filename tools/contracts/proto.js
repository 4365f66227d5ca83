#!/usr/bin/env node
// @ts-check
// Lints the .proto files of libs/contracts, refuses changes that break clients of what was published, and writes what is
// published now to libs/contracts/proto/published.binpb. With --check it only compares, and fails where that file is out of date.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const paths = require('../paths');

const folder = path.join(paths.root, 'libs', 'contracts', 'proto');

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function buf(args, cwd) {
  const script = require.resolve('@bufbuild/buf/bin/buf', { paths: [paths.root] });
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`buf ${args[0]}:\n${stdout}${stderr}`);
}

/**
 * What is wrong with a folder of .proto files.
 * @param {string} protos with a `buf.yaml`
 * @param {string} published the image of what clients have
 * @throws Error with the findings of buf
 */
function checkProtos(protos, published) {
  buf(['lint'], protos);
  buf(['breaking', '--against', published], protos);
}

/**
 * The image of a folder of .proto files: their descriptors, without comments.
 * @param {string} protos
 */
function imageOf(protos) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'proto-'));
  try {
    const file = path.join(scratch, 'image.binpb');
    buf(['build', '--exclude-source-info', '-o', file], protos);
    return fs.readFileSync(file);
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

/** @param {boolean} checkOnly whether to say that the image is out of date instead of writing it */
function main(checkOnly) {
  const published = path.join(folder, 'published.binpb');
  checkProtos(folder, published);
  const image = imageOf(folder);
  if (!checkOnly) return fs.writeFileSync(published, image);
  if (!image.equals(fs.readFileSync(published)))
    throw new Error(
      'libs/contracts/proto/published.binpb is out of date: run node tools/contracts/proto.js.',
    );
}

if (require.main === module) {
  try {
    main(process.argv.includes('--check'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

module.exports = { checkProtos, folder };
