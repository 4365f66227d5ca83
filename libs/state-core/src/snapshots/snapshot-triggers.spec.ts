import { setTimeout as sleep } from 'node:timers/promises';
import { MemorySnapshotQueue } from '../memory';
import { Unavailable } from '../errors';
import type { JobRun, SnapshotOutcome, SnapshotRequest } from './model';
import { eventually } from '../testing/eventually';
import { FailingStore } from '../testing/failing-store';
import { anAppend } from '../testing/panel-builders';
import { SnapshotWorld } from '../testing/snapshot-world';
import { SnapshotTriggers, type TriggerOptions } from './snapshot-triggers';
import { takeSnapshot } from './take-snapshot';

describe('snapshot triggers', () => {
  let world: SnapshotWorld;
  let failures: unknown[][];
  let take: (request: SnapshotRequest, run: JobRun) => Promise<SnapshotOutcome>;
  const open: SnapshotTriggers[] = [];
  beforeEach(() => {
    world = new SnapshotWorld();
    failures = [];
    take = (request, run) => takeSnapshot({ request, ...run }, world);
  });
  afterEach(() => open.splice(0).forEach((triggers) => triggers.close()));

  /** As one process has them; several share the queue. */
  const queue = () => new MemorySnapshotQueue((request, run) => take(request, run));
  const makeTriggers = (
    options: Partial<TriggerOptions> = {},
    shared = queue(),
    coverage = world.coverage,
  ) => {
    const observer = { triggerFailed: (...failure: unknown[]) => void failures.push(failure) };
    const triggers = new SnapshotTriggers(
      { queue: shared, coverage, observer },
      { waitMs: 10_000, burstPauseMs: 60_000, afterChanges: 0, ...options },
    );
    open.push(triggers);
    return triggers;
  };
  const write = async (panelId: string, triggeredBy = 'user', changeType?: 'deleted') => {
    const key = world.keyOf(panelId);
    const version = (await world.store.read(key))?.version ?? 0;
    const step = changeType ? { state: { version }, changeType } : { state: { version } };
    const append = anAppend(key, version, [step]);
    const changes = append.changes.map((change) => ({ ...change, triggeredBy }));
    await world.store.append([{ ...append, changes }]);
    // Covered and uncovered changes differ by milliseconds.
    await sleep(2);
  };
  const snapshots = async () =>
    (await world.snapshots.list(world.workspace, { limit: 100 }))
      .map(({ type, createdBy, description }) => [type, createdBy, description])
      .reverse();
  const preAiEdit = ['pre_ai_edit', 'robot', 'Before an AI changed the workspace'];
  const preDelete = ['pre_delete', 'robot', 'Before panels were deleted'];
  const aiEdit = async (triggers: SnapshotTriggers, panelId: string) => {
    await triggers.before('ai-edit', world.workspace, 'robot');
    await write(panelId, 'ai');
  };
  const deletion = async (triggers: SnapshotTriggers, panelId: string) => {
    await triggers.before('deletion', world.workspace, 'robot');
    await write(panelId, 'user', 'deleted');
  };

  it('take one snapshot before a burst of AI edits, of what was there before it', async () => {
    const triggers = makeTriggers();
    await write('a');
    for (let n = 0; n < 5; n++) await aiEdit(triggers, `ai-${n}`);
    expect(await snapshots()).toEqual([preAiEdit]);
    const [snapshot] = await world.snapshots.list(world.workspace, { limit: 1 });
    expect(snapshot?.panelCount).toBe(1);
  });

  it('take one for AI edits that come at the same time, through several processes', async () => {
    const shared = queue();
    const processes = [makeTriggers({}, shared), makeTriggers({}, shared)];
    await write('a');
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => aiEdit(processes[n % 2] as SnapshotTriggers, `ai-${n}`)),
    );
    expect(await snapshots()).toEqual([preAiEdit]);
  });

  it('take another one when another actor changed something in between', async () => {
    const triggers = makeTriggers();
    await write('a');
    await aiEdit(triggers, 'b');
    await write('a');
    await aiEdit(triggers, 'b');
    expect(await snapshots()).toEqual([preAiEdit, preAiEdit]);
  });

  it('take another one when the AI has paused', async () => {
    const triggers = makeTriggers({ burstPauseMs: 20 });
    await write('a');
    await aiEdit(triggers, 'b');
    await sleep(30);
    await aiEdit(triggers, 'b');
    expect(await snapshots()).toEqual([preAiEdit, preAiEdit]);
  });

  it('take none where the newest snapshot has everything, or there is nothing yet', async () => {
    const triggers = makeTriggers();
    await aiEdit(triggers, 'a');
    await write('a');
    await world.take();
    await sleep(2);
    await aiEdit(triggers, 'b');
    expect(await snapshots()).toEqual([['manual', 'ann', null]]);
  });

  it('take one before panels are deleted, also after an AI edit', async () => {
    const triggers = makeTriggers();
    for (const id of ['a', 'b', 'c']) await write(id);
    await deletion(triggers, 'a');
    await deletion(triggers, 'b');
    await aiEdit(triggers, 'd');
    await deletion(triggers, 'c');
    expect(await snapshots()).toEqual([preDelete, preAiEdit, preDelete]);
  });

  it('do not believe the snapshot of another process that began before the newest change', async () => {
    let finish: () => void = () => {};
    let begun = false;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    take = async (request, run) => {
      const taken = await takeSnapshot({ request, ...run }, world);
      begun = true;
      await gate;
      return taken;
    };
    const shared = queue();
    const [mine, theirs] = [makeTriggers({}, shared), makeTriggers({}, shared)];
    await write('a');
    const first = theirs.before('ai-edit', world.workspace, 'robot');
    await eventually(() => begun, 'the first snapshot');
    await write('a');
    const second = mine.before('ai-edit', world.workspace, 'robot');
    finish();
    await Promise.all([first, second]);
    expect(await snapshots()).toEqual([preAiEdit, preAiEdit]);
  });

  it('let a change go on in time where no snapshot is taken, and leave the next ones alone', async () => {
    take = () => new Promise(() => {});
    const triggers = makeTriggers({ waitMs: 50 });
    await write('a');
    const started = Date.now();
    await Promise.all(Array.from({ length: 5 }, () => triggers.before('ai-edit', world.workspace, 'robot')));
    expect(Date.now() - started).toBeLessThan(1_000);
    await eventually(() => failures.length > 0, 'the failure to be reported');
    await triggers.before('ai-edit', world.workspace, 'robot');
    expect(failures).toEqual([
      [world.workspace, 'ai-edit', expect.objectContaining({ code: 'unavailable' })],
    ]);
  });

  it('let a change go on where the queue or the store is away', async () => {
    await write('a');
    const closed = new FailingStore(queue());
    closed.failEach('request', new Unavailable('The job queue'));
    await makeTriggers({}, closed.port).before('ai-edit', world.workspace, 'x');
    const coverage = new FailingStore(world.coverage);
    coverage.failEach('uncovered', new Unavailable('The database'));
    await makeTriggers({}, queue(), coverage.port).before('deletion', world.workspace, 'x');
    expect(failures.map(([, trigger]) => trigger)).toEqual(['ai-edit', 'deletion']);
  });

  describe('after many changes', () => {
    const change = async (triggers: SnapshotTriggers, times: number) => {
      for (let n = 0; n < times; n++) {
        await write('a');
        triggers.changed(world.workspace, 1);
      }
    };
    const auto = ['auto', 'system', null];
    const taken = (count: number) =>
      eventually(async () => (await snapshots()).length === count, `${count} snapshots`);

    it('ask for a snapshot', async () => {
      const triggers = makeTriggers({ afterChanges: 20 });
      await change(triggers, 19);
      await sleep(1_200);
      expect(await snapshots()).toEqual([]);
      await change(triggers, 2);
      await taken(1);
      expect(await snapshots()).toEqual([auto]);
    });

    it('count what several processes have made', async () => {
      const shared = queue();
      const processes = [1, 2, 3].map(() => makeTriggers({ afterChanges: 30 }, shared));
      for (let n = 0; n < 12; n++) for (const triggers of processes) await change(triggers, 1);
      await taken(1);
    });

    it('ask for none where it is switched off', async () => {
      const triggers = makeTriggers({ afterChanges: 0 });
      await change(triggers, 50);
      await sleep(50);
      expect(await snapshots()).toEqual([]);
    });
  });
});
