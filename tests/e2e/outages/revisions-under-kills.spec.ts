import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import {
  ApiClient,
  type ApiResponse,
  type ServiceProcess,
  TestStack,
  testToken,
} from '@nexus-state/test-kit';

const writers = 16;
const rounds = Number(process.env['KILL_ROUNDS'] ?? 3);
const panels = ['a', 'b', 'c', 'd', 'e', 'f'];
const ws = '/api/state/ws';

interface FeedItem {
  readonly revision: number;
  readonly panelId: string;
  readonly version: number;
  readonly changeType: string;
  readonly triggerSource: string | null;
}

/** What was acknowledged: a revision, and the panels and versions that the answer named. */
interface Acknowledged {
  readonly revision: number;
  readonly panels: readonly { readonly panelId: string; readonly version: number }[];
}

let stack: TestStack;
/** Those that are alive. */
let apis: ServiceProcess[];
beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s', SNAPSHOT_INTERVAL: 'off' });
  apis = await Promise.all([stack.start('state-api'), stack.start('state-api'), stack.start('state-api')]);
  await stack.start('snapshot-worker');
});
afterAll(() => stack?.close());

const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
const pathOf = (panelId: string) => `${ws}/${panelId}`;

/** Writes all the while, through whichever API is there, and keeps what was acknowledged. */
class Writers {
  readonly acknowledged: Acknowledged[] = [];
  readonly #token = testToken(`owner-${randomUUID()}`);
  #isOver = false;
  #running: Promise<unknown> = Promise.resolve();

  /** A client of one of the APIs. */
  client(): ApiClient {
    return new ApiClient(pick(apis).url, this.#token);
  }

  start(): void {
    this.#running = Promise.all(Array.from({ length: writers }, () => this.#write()));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  /** Waits until more was acknowledged. */
  async more(count: number): Promise<void> {
    const goal = this.acknowledged.length + count;
    await eventually(() => this.acknowledged.length >= goal, `${count} more writes`, 120_000);
  }

  async #write(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#writeOnce();
      } catch {
        // The API was killed: what it was asked for was made, or it was not.
        await sleep(10);
      }
    }
  }

  async #writeOnce(): Promise<void> {
    const [panelId, other] = [pick(panels), pick(panels)];
    const client = this.client();
    const chance = Math.random();
    if (chance < 0.6) {
      const patches = [{ op: 'inc', path: '/n', value: 1 }];
      this.#note(await client.patch(pathOf(panelId), { patches }, { 'if-match': '*' }), panelId);
    } else if (chance < 0.85) {
      const operations = [panelId, other === panelId ? `${other}2` : other].map((id) => ({
        op: 'set',
        panelId: id,
        state: { n: Math.floor(Math.random() * 100) },
      }));
      this.#note(await client.post(`${ws}/transaction`, { operations }));
    } else if (chance < 0.95) {
      this.#note(await client.post(pathOf(panelId), { initialState: { n: 0 } }), panelId);
    } else {
      this.#note(await client.delete(pathOf(panelId)), panelId);
    }
  }

  #note({ status, body }: ApiResponse, panelId?: string): void {
    if (status >= 300) return;
    const named = panelId === undefined ? body.panels : [{ panelId, version: body.version }];
    this.acknowledged.push({ revision: body.revision, panels: named });
  }
}

async function wholeFeed(client: ApiClient): Promise<FeedItem[]> {
  const all: FeedItem[] = [];
  for (let query = 'since=0', more = true; more;) {
    const { body } = await client.get(`${ws}/changes?${query}&limit=500`);
    all.push(...body.changes);
    ({ more } = body);
    query = `cursor=${body.nextCursor}`;
  }
  return all;
}

it('leaves no gap in revisions and repeats none, though APIs are killed while 16 writers write through three of them', async () => {
  const all = new Writers();
  const restores: {
    readonly revision: number;
    readonly restoredPanels: number;
    readonly deletedPanels: number;
  }[] = [];
  all.start();
  await all.more(30);
  for (let round = 0; round < rounds; round++) {
    const snapshot = await all.client().post('/api/snapshots/ws', {});
    await all.more(20);
    const victim = apis.shift() as ServiceProcess;
    if (snapshot.status < 300 && round % 2 === 0) {
      const answer = await all
        .client()
        .post('/api/snapshots/ws/restore', { snapshotId: snapshot.body.snapshotId })
        .catch(() => undefined);
      if (answer?.status === 200) restores.push(answer.body);
    }
    await victim.stop('SIGKILL');
    await all.more(20);
    apis.push(await stack.start('state-api'));
  }
  await all.stop();

  const client = all.client();
  const feed = await wholeFeed(client);
  const revisions = [...new Set(feed.map(({ revision }) => revision))];
  expect(revisions).toEqual(Array.from({ length: revisions.length }, (_, index) => index + 1));
  expect(feed.map(({ revision }) => revision)).toEqual(
    feed.map(({ revision }) => revision).sort((one, other) => one - other),
  );

  // Each version of each panel once, in order.
  const newest = new Map<string, number>();
  for (const { panelId, version } of feed) {
    expect([panelId, version]).toEqual([panelId, (newest.get(panelId) ?? 0) + 1]);
    newest.set(panelId, version);
  }

  const places = new Map(feed.map(({ panelId, version, revision }) => [`${panelId}@${version}`, revision]));
  for (const { revision, panels: named } of all.acknowledged) {
    for (const { panelId, version } of named)
      expect([panelId, version, places.get(`${panelId}@${version}`)]).toEqual([panelId, version, revision]);
  }
  expect(restores.length).toBeGreaterThan(0);
  for (const { revision, restoredPanels, deletedPanels } of restores) {
    const made = feed.filter(
      (item) => item.revision === revision && item.triggerSource?.startsWith('restore:'),
    );
    if (restoredPanels + deletedPanels > 0) expect(made).toHaveLength(restoredPanels + deletedPanels);
  }

  // History has the same revisions as the feed.
  for (const panelId of newest.keys()) {
    const { body } = await client.get(`${pathOf(panelId)}/history?limit=100`);
    for (const entry of body.history)
      expect([panelId, entry.version, entry.revision]).toEqual([
        panelId,
        entry.version,
        places.get(`${panelId}@${entry.version}`),
      ]);
  }

  // The workspace as it was at a revision has what the feed had said until then.
  for (const revision of [1, 7, Math.floor(revisions.length / 2), revisions.length]) {
    const expected = new Map<string, number>();
    for (const { panelId, version, changeType } of feed.filter((item) => item.revision <= revision)) {
      if (changeType === 'deleted') expected.delete(panelId);
      else expected.set(panelId, version);
    }
    const { body } = await client.get(`${ws}?revision=${revision}`);
    const found = (body.panels as FeedItem[]).map(({ panelId, version }) => [panelId, version] as const);
    expect(found.sort()).toEqual([...expected].sort());
  }
}, 600_000);
