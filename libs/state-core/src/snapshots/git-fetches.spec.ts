import type { FetchRequest, FetchServer } from './ports';
import { aWorkspace } from '../testing/snapshot-builders';
import { GitFetches } from './git-fetches';

const soon = () => new Promise((resolve) => setImmediate(resolve));

/** Serves fetches when the test releases them, and counts those being served. */
class HeldServer implements FetchServer {
  serving = 0;
  readonly #ends: (() => void)[] = [];

  async advertise(): Promise<Buffer> {
    await this.#hold();
    return Buffer.from('refs');
  }

  async *upload(): AsyncGenerator<Uint8Array> {
    await this.#hold();
    yield Buffer.from('pack');
  }

  end(): void {
    this.#ends.shift()?.();
  }

  async #hold(): Promise<void> {
    this.serving++;
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    this.serving--;
  }
}

const aRequest = (signal = new AbortController().signal): FetchRequest => ({
  workspace: aWorkspace(),
  protocol: undefined,
  signal,
});
const read = async (chunks: AsyncIterable<Uint8Array>) => {
  const texts: string[] = [];
  for await (const chunk of chunks) texts.push(Buffer.from(chunk).toString());
  return texts.join('');
};
async function* nothing(): AsyncGenerator<Uint8Array> {}

let server: HeldServer;
let fetches: GitFetches;
beforeEach(() => {
  server = new HeldServer();
  fetches = new GitFetches(server);
});

it('serves eight at once, and then those who wait', async () => {
  const all = Array.from({ length: 10 }, (_, n) =>
    n % 2
      ? read(fetches.upload(aRequest(), nothing()))
      : fetches.advertise(aRequest()).then((refs) => refs.toString()),
  );
  await soon();
  expect(server.serving).toBe(8);
  for (let n = 0; n < 10; n++) {
    server.end();
    await soon();
  }
  expect(await Promise.all(all)).toEqual(all.map((_, n) => (n % 2 ? 'pack' : 'refs')));
});

it('passes the permit on when a client stops reading', async () => {
  const readers = Array.from({ length: 8 }, () => fetches.upload(aRequest(), nothing()));
  const firsts = readers.map((reader) => reader.next());
  await soon();
  const late = fetches.advertise(aRequest());
  server.end();
  await firsts[0];
  await readers[0]?.return(undefined);
  await soon();
  expect(server.serving).toBe(8);
  for (let n = 0; n < 8; n++) server.end();
  expect((await late).toString()).toBe('refs');
});

it('refuses when too many wait, and forgets who waits no longer', async () => {
  const served = Array.from({ length: 8 }, () => fetches.advertise(aRequest()));
  const impatient = new AbortController();
  const waiting = Array.from({ length: 64 }, () => fetches.advertise(aRequest(impatient.signal)));
  await soon();
  await expect(fetches.advertise(aRequest())).rejects.toMatchObject({ code: 'unavailable' });
  impatient.abort(new Error('gone'));
  for (const one of waiting) await expect(one).rejects.toThrow('gone');
  const late = fetches.advertise(aRequest());
  for (let n = 0; n < 9; n++) {
    server.end();
    await soon();
  }
  expect(await Promise.all([...served, late])).toHaveLength(9);
});
