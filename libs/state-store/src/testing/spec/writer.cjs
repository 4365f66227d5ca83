// A process of its own that writes until it is killed, and prints what was acknowledged.
// Usage: node writer.cjs sqlite <file> | postgres <url>
const [kind, place] = process.argv.slice(2);

function open() {
  if (kind === 'sqlite') return require('@nexus-state/store/sqlite').SqliteStore.open(place);
  return require('@nexus-state/store/postgres').PostgresStore.open({ connectionString: place });
}

async function main() {
  const store = await open();
  process.stdout.write('ready\n');
  await Promise.all([0, 1, 2, 3].map((writer) => write(store, writer)));
}

async function write(store, writer) {
  const counter = `/counter/${writer}`;
  for (let n = ((await store.getJson(counter)) ?? 0) + 1; ; n++) {
    await store.transaction([
      { type: 'set', key: counter, value: n },
      { type: 'set', key: `/log/${writer}/${n}`, value: n },
    ]);
    process.stdout.write(`${writer} ${n}\n`);
  }
}

void main().catch((error) => {
  console.error(error);
  process.exit(1);
});
