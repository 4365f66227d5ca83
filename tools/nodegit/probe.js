// @ts-check
// Tries nodegit, beside whose folder it is copied: writes an object and reads it back. A process of its own, because what
// was built for another machine can end the one that loads it.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// Its name is not known to the compiler, who does not know the package.
const { Blob, Repository } = require(/** @type {string} */ ('nodegit'));

async function probe() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nodegit-probe-'));
  try {
    const repository = await Repository.init(folder, 1);
    const text = Buffer.from('probe\n');
    const id = await Blob.createFromBuffer(repository, text, text.length);
    const content = (await Blob.lookup(repository, id)).content();
    if (!text.equals(content)) throw new Error('The text read back differs from the text written.');
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

void probe().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
