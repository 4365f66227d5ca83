// @ts-check
// A process that changes a panel and waits to be killed: node writer.js <url> <realtimeUrl> <token> <folder> <workspace>
const { createClient } = require('@nexus-state/client');
const { fileStorage } = require('@nexus-state/client/file');

async function main() {
  const [url, realtimeUrl, token, folder, workspace] =
    /** @type {[string, string, string, string, string]} */ (process.argv.slice(2));
  const nexus = createClient({ url, realtimeUrl, token, storage: fileStorage(folder) });
  const document = nexus.workspace(workspace).panel('counter').open();
  await document.ready;
  for (const line of await nextLines()) {
    document.change([{ op: 'inc', path: '/n', value: Number(line) }]).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve));
  }
  await document.stored();
  console.log('stored');
}

/** What is on standard input, once all of it is there. */
async function nextLines() {
  console.log('ready');
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text.trim().split('\n');
}

void main();
