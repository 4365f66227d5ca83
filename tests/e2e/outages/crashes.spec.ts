import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import { ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

const rounds = Number(process.env['KILL_ROUNDS'] ?? 4);
const patienceMs = 400_000;
const writers = 8;
const panels = ['a', 'b'];
const owner = 'owner-of-crashes';

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create({ DATABASE_POOL_SIZE: '4' });
});
afterAll(() => stack?.close());

/** Adds its own mark again and again, retrying each until it is acknowledged by any process that is up. */
class RetryingWriter {
  readonly acknowledged: string[] = [];
  newestVersion = 0;
  #running = true;

  constructor(
    private readonly panel: string,
    private readonly url: () => string,
  ) {}

  async run(): Promise<void> {
    while (this.#running) {
      const mark = randomUUID();
      if (await this.#write(mark)) this.acknowledged.push(mark);
      // Leaves the processors to the process that starts: what is killed has writes of several on their way all the same.
      await pause(20);
    }
  }

  stop(): void {
    this.#running = false;
  }

  /** @returns whether it was acknowledged; false only when stopped before it was */
  async #write(mark: string): Promise<boolean> {
    const body = [
      { op: 'inc', path: '/count', value: 1 },
      { op: 'add', path: '/marks/-', value: mark },
    ];
    const headers = {
      'content-type': 'application/json-patch+json',
      'if-match': '*',
      'idempotency-key': mark,
    };
    for (;;) {
      try {
        const client = new ApiClient(this.url(), testToken(owner));
        const answer = await client.patch(`/api/state/ws/${this.panel}`, body, headers);
        if (answer.status === 200) {
          this.newestVersion = Math.max(this.newestVersion, answer.body.version);
          return true;
        }
        expect(answer.status).toBe(503);
      } catch (error) {
        // The process was killed under the request; whether the change happened is unknown until a retry tells.
        // By name: fetch throws the error class of another realm than that of the tests.
        if ((error as Error).name !== 'TypeError') throw error;
      }
      if (!this.#running) return false;
      await pause(20);
    }
  }
}

it(
  `a process killed ${rounds} times under load loses and repeats nothing that was acknowledged`,
  async () => {
    let api: ServiceProcess = await stack.start('state-api');
    const first = new ApiClient(api.url, testToken(owner));
    for (const panel of panels) {
      await first.post(`/api/state/ws/${panel}`, { initialState: { count: 0, marks: [] } });
    }
    const all = Array.from(
      { length: writers },
      (_, index) => new RetryingWriter(panels[index % panels.length] as string, () => api.url),
    );
    const running = all.map((writer) => writer.run());
    const failed = Promise.race(running.map((run) => run.then(() => new Promise<never>(() => undefined))));

    for (let round = 0; round < rounds; round++) {
      // The next process is up before this one dies, so that writers meet the kill in the middle of their work.
      const next = await Promise.race([stack.start('state-api'), failed]);
      await pause(randomInt(0, 60));
      const dying = api;
      const killed = dying.stop('SIGKILL');
      api = next;
      await killed;
    }
    for (const writer of all) writer.stop();
    await Promise.all(running);

    const reader = new ApiClient(api.url, testToken(owner));
    for (const [index, panel] of panels.entries()) {
      const path = `/api/state/ws/${panel}`;
      const { state, version } = (await reader.get(path, { 'cache-control': 'no-cache' })).body;
      const acknowledged = all
        .filter((_, writer) => writer % panels.length === index)
        .flatMap((writer) => writer.acknowledged);
      expect(acknowledged.length).toBeGreaterThan(rounds);
      const marks = state.marks as string[];
      expect(new Set(marks).size).toBe(marks.length);
      expect(acknowledged.filter((mark) => !marks.includes(mark))).toEqual([]);
      // What was not acknowledged may have happened: at most the last write of each writer that was stopped.
      expect(marks.length - acknowledged.length).toBeLessThanOrEqual(writers);
      expect(state.count).toBe(marks.length);
      expect(version).toBe(marks.length + 1);
      expect((await reader.get(`${path}/history?limit=1`)).body.totalChanges).toBe(version);
      // The cached copy shows at least what was acknowledged, and before long also what was not.
      const newest = all
        .filter((_, writer) => writer % panels.length === index)
        .map((one) => one.newestVersion);
      expect((await reader.get(path)).body.version).toBeGreaterThanOrEqual(Math.max(...newest));
      await eventually(
        async () => (await reader.get(path)).body.version === version,
        'the copy to be renewed',
      );
    }
  },
  patienceMs,
);
