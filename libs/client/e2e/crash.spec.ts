import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonPatch } from '@nexus-state/documents';
import { eventually } from '@nexus-state/state-core/testing';
import { TcpProxy, testToken } from '@nexus-state/test-kit';
import { fileStorage } from '../src/file';
import { Garden } from './garden';

/** How often a process is killed at a random moment. */
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 3);

describe('pending changes of a process that is killed', () => {
  let garden: Garden;
  let api: TcpProxy;
  let folder: string;

  beforeAll(async () => {
    garden = await Garden.start();
    api = await TcpProxy.start(garden.api.url);
    folder = await mkdtemp(path.join(tmpdir(), 'client-crash-'));
  }, 120_000);

  afterAll(async () => {
    await garden.close();
    await api.close();
    await rm(folder, { recursive: true });
  });

  /** Has a process make changes that come to `sum`, and kills it once they are stored. */
  async function crash(
    token: string,
    workspace: string,
    changes: readonly number[],
    before: () => void,
    until: () => Promise<boolean> = async () => true,
  ) {
    const argv = [path.join(__dirname, 'writer.js'), api.url, garden.gateway.url, token, folder, workspace];
    const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await eventually(() => printed.includes('ready'), 'the writer to be ready');
    before();
    child.stdin.end(changes.join('\n'));
    await eventually(() => printed.includes('stored'), 'the changes to be stored');
    await eventually(until, 'the moment to kill it');
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async function counter() {
    const token = testToken(`user-${randomUUID()}`);
    const workspace = `ws-${randomUUID()}`;
    const panel = garden.client({ token }).workspace(workspace).panel<{ n: number }>('counter');
    await panel.create({ n: 0 });
    const reopen = () =>
      garden
        .client({ token, url: api.url, storage: fileStorage(folder) })
        .workspace(workspace)
        .panel<{ n: number }>('counter')
        .open();
    return { token, workspace, panel, reopen };
  }

  it('are there again and are sent once, in order, when it comes back', async () => {
    const { token, workspace, panel, reopen } = await counter();
    await crash(token, workspace, [1, 10, 100], () => api.shut());
    const document = reopen();
    await document.ready;
    expect([document.state, document.pending]).toEqual([{ n: 111 }, 3]);
    await panel.increment('/n', 1_000);
    api.heal();
    await document.flushed();
    expect(await panel.get()).toMatchObject({ version: 5, state: { n: 1_111 } });
    await document.close();
  });

  it('are not made again when only the answer was lost', async () => {
    const { token, workspace, panel, reopen } = await counter();
    // The requests arrive, and the answers are on their way while the process is killed.
    const hasArrived = async () => (await panel.get()).version === 2;
    await crash(token, workspace, [1, 10], () => api.delay(3_000), hasArrived);
    api.heal();
    const document = reopen();
    await document.ready;
    await document.flushed();
    expect(await panel.get()).toMatchObject({ version: 3, state: { n: 11 } });
    await document.close();
  });

  it(`are sent once and in order, whenever it is killed (${rounds} rounds)`, async () => {
    for (let round = 0; round < rounds; round++) {
      const { token, workspace, panel, reopen } = await counter();
      const amounts = Array.from({ length: 6 }, (_, index) => 10 ** index);
      // Some are made, some are on their way, and some have not been sent.
      const made = 1 + Math.floor(Math.random() * amounts.length);
      const isMade = async () => (await panel.get({ fresh: true })).version >= made;
      await crash(token, workspace, amounts, () => api.delay(Math.random() * 40), isMade);
      api.heal();
      const document = reopen();
      await document.ready;
      await document.flushed();
      await document.close();
      const history = await panel.history().all();
      const sums = [0, ...amounts.map((_, index) => Number('1'.repeat(index + 1)))];
      const written = history.reverse().map(({ patch }) => valueIn(patch));
      expect(written).toEqual(sums);
    }
  }, 600_000);

  it('are sent once by several processes that come back at the same moment', async () => {
    const { token, workspace, panel, reopen } = await counter();
    await crash(token, workspace, [1, 10, 100], () => api.shut());
    api.heal();
    const documents = Array.from({ length: 4 }, () => reopen());
    await Promise.all(documents.map((document) => document.ready));
    await eventually(() => documents.every(({ version }) => version === 4), 'all of it at each of them');
    expect(documents.map(({ state }) => state?.n)).toEqual([111, 111, 111, 111]);
    expect(await panel.history().all()).toHaveLength(4);
    await Promise.all(documents.map((document) => document.close()));
  });
});

/** The number that a change of the counter wrote. */
function valueIn(patch: JsonPatch): unknown {
  const [operation] = patch;
  const { value } = operation as { value: number | { n: number } };
  return typeof value === 'object' ? value.n : value;
}
