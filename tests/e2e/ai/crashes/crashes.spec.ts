import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { postgresDataSource } from '@nexus-state/postgres';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import type { DataSource } from 'typeorm';
import { Scene, deeds } from './scene';

/** How often the API is killed, at a random moment of all deeds at once. */
const rounds = Number(process.env['AI_CRASH_ROUNDS'] ?? 3);
const tally = new Map<string, { done: number; undone: number }>();

let stack: TestStack;
let source: DataSource;
/** Looks at what is left; never killed. */
let judge: ServiceProcess;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_INTERVAL: 'off', SNAPSHOT_BEFORE_WAIT: '1ms' });
  source = await postgresDataSource({ url: stack.database.url, poolSize: 2 }).initialize();
  judge = await stack.start('state-api');
});
afterAll(async () => {
  await source?.destroy();
  await stack?.close();
});

/** A deed in a workspace of its own. */
async function prepared(deed: (typeof deeds)[number], api: () => ServiceProcess) {
  const scene = new Scene(stack, api);
  await scene.fill();
  return { deed, scene, id: await deed.prepare(scene) };
}

/** What a killed process has sent still happens: waits until it has, or has been rolled back. */
async function settled(): Promise<void> {
  const busy = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`;
  await eventually(async () => (await source.query(busy)).length === 0, 'PostgreSQL to be at rest');
}

/** How long all deeds take together, so that processes are killed while they are under way. */
async function duration(): Promise<number> {
  const scenes = await Promise.all(deeds.map((deed) => prepared(deed, () => judge)));
  const began = performance.now();
  const answers = await Promise.all(scenes.map(({ deed, scene, id }) => deed.ask(scene, id)));
  const took = performance.now() - began;
  for (const [index, { deed, scene, id }] of scenes.entries()) {
    expect(answers[index]?.status).toBe(deed.answers[0]);
    expect(await deed.seen(scene, id)).toEqual(deed.after);
  }
  return took;
}

it(`commits, aborts, undoes and approvals happen as a whole or not at all, though the API is killed ${rounds} times`, async () => {
  const tookMs = await duration();
  for (let round = 0; round < rounds; round++) {
    let current = judge;
    const scenes = await Promise.all(deeds.map((deed) => prepared(deed, () => current)));
    const victim = await stack.start('state-api');
    // Its first requests of all are slow: caches and statements are prepared.
    current = victim;
    await Promise.all(scenes.map(({ deed, scene, id }) => deed.seen(scene, id)));
    const asked = scenes.map(({ deed, scene, id }) => deed.ask(scene, id).catch(() => undefined));
    await sleep(Math.random() * tookMs);
    await victim.stop('SIGKILL');
    current = judge;
    const answered = await Promise.all(asked);
    await settled();
    for (const [index, { deed, scene, id }] of scenes.entries()) {
      const left = await deed.seen(scene, id);
      const isDone = isDeepStrictEqual(left, deed.after);
      const about = { deed: deed.name, round, answer: answered[index]?.status };
      expect({ ...about, left }).toEqual({ ...about, left: isDone ? deed.after : deed.before });
      // What was answered has happened.
      if (answered[index]) expect({ ...about, isDone }).toEqual({ ...about, isDone: true });
      const counted = tally.get(deed.name) ?? { done: 0, undone: 0 };
      counted[isDone ? 'done' : 'undone']++;
      tally.set(deed.name, counted);
      const again = await deed.ask(scene, id);
      expect({ ...about, again: again.status }).toEqual({ ...about, again: deed.answers[isDone ? 1 : 0] });
      expect({ ...about, left: await deed.seen(scene, id) }).toEqual({ ...about, left: deed.after });
    }
  }
  console.info(`killed ${rounds} times, done by then or not: ${JSON.stringify(Object.fromEntries(tally))}`);
}, 600_000);
