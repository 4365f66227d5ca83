import { MemoryStore } from '..';
import { kvHandler, serve } from '.';

it('a server keeps the connection of a client that is busy elsewhere for longer than 5 s', async () => {
  const memory = new MemoryStore();
  const serving = await serve(kvHandler({ storeOf: () => memory }));
  try {
    const answer = await fetch(`${serving.url}/api/kv/small`);
    await answer.arrayBuffer();
    expect(answer.headers.get('keep-alive')).toBe('timeout=75');
  } finally {
    await serving.close();
    await memory.close();
  }
});
