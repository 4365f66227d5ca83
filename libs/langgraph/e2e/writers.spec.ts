import { Annotation, END, START, StateGraph, Command, interrupt } from '@langchain/langgraph';
import type { RunnableConfig } from '@langchain/core/runnables';
import { emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint';
import { CheckpointConflictError, NexusSaver } from '../src';
import { Library } from './library';

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (before, more) => [...before, ...more], default: () => [] }),
});

let library: Library;
beforeAll(async () => {
  library = await Library.start();
});
afterAll(() => library.close());

/** Two processes of one user, as far as a checkpointer can tell. */
function savers(): readonly [NexusSaver, NexusSaver] {
  const user = `user-${uuid6(1)}`;
  return [new NexusSaver(library.client(user)), new NexusSaver(library.client(user))];
}

function graphOf(checkpointer: NexusSaver, atWork: () => Promise<void> = async () => undefined) {
  return new StateGraph(State)
    .addNode('work', async () => {
      await atWork();
      return { log: ['worked'] };
    })
    .addEdge(START, 'work')
    .addEdge('work', END)
    .compile({ checkpointer });
}

/** A promise that is kept from outside. */
function signal() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((keep) => (resolve = keep));
  return { promise, resolve: () => resolve() };
}

const thread = { configurable: { thread_id: 'thread/1 ☂' } };
const metadata = { source: 'loop', step: 0, parents: {} } as const;

async function historyOf(saver: NexusSaver, config: RunnableConfig = thread) {
  const tuples = [];
  for await (const tuple of saver.list(config)) tuples.push(tuple);
  return tuples;
}

describe('two writers of one thread', () => {
  it('do not fork it in silence: the second is refused, and nothing of it is stored', async () => {
    const [ours, theirs] = savers();
    await graphOf(ours).invoke({ log: ['begin'] }, thread);
    const [begun, done] = [signal(), signal()];
    const thinking = graphOf(ours, () => {
      begun.resolve();
      return done.promise;
    });
    const outcome = thinking.invoke({ log: ['ours'] }, { ...thread, durability: 'sync' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    // While ours thinks, the other process goes on from the same checkpoint.
    await begun.promise;
    await graphOf(theirs).invoke({ log: ['theirs'] }, thread);
    done.resolve();
    const refused = await outcome;
    expect(refused).toBeInstanceOf(CheckpointConflictError);
    expect(refused).toMatchObject({ code: 'checkpoint_conflict', threadId: 'thread/1 ☂', namespace: '' });
    const parents = (await historyOf(ours)).map(
      ({ parentConfig }) => parentConfig?.configurable?.['checkpoint_id'],
    );
    expect(new Set(parents).size).toBe(parents.length);
    // After reading again it can go on, and nothing that the other did is lost.
    const { log } = await graphOf(ours).invoke({ log: ['again'] }, thread);
    expect(log.slice(-2)).toEqual(['again', 'worked']);
    expect(log).toEqual(expect.arrayContaining(['begin', 'theirs']));
  });

  it('are one child each for a checkpoint, however many race', async () => {
    const user = `user-${uuid6(1)}`;
    const first = new NexusSaver(library.client(user));
    const parent = await first.put(thread, { ...emptyCheckpoint(), id: uuid6(1) }, metadata, {});
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, async (_, index) => {
        const saver = new NexusSaver(library.client(user));
        expect((await saver.getTuple(thread))?.config).toEqual(parent);
        return saver.put(parent, { ...emptyCheckpoint(), id: uuid6(index) }, metadata, {});
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(CheckpointConflictError);
    expect(await historyOf(first)).toHaveLength(2);
  });

  it('begin a thread once', async () => {
    const both = savers();
    for (const saver of both) expect(await saver.getTuple(thread)).toBeUndefined();
    const outcomes = await Promise.allSettled(
      both.map((saver) => saver.put(thread, { ...emptyCheckpoint(), id: uuid6(1) }, metadata, {})),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('keep what a task wrote first, and each others tasks', async () => {
    const [ours, theirs] = savers();
    const config = await ours.put(thread, { ...emptyCheckpoint(), id: uuid6(1) }, metadata, {});
    await Promise.all([
      ours.putWrites(config, [['log', 'ours']], 'task-1'),
      theirs.putWrites(config, [['log', 'theirs']], 'task-2'),
    ]);
    await theirs.putWrites(config, [['log', 'late']], 'task-1');
    expect((await ours.getTuple(thread))?.pendingWrites).toEqual([
      ['task-1', 'log', 'ours'],
      ['task-2', 'log', 'theirs'],
    ]);
  });
});

describe('a thread', () => {
  it('is interrupted in one process, resumed in another, and forked where an older checkpoint is named', async () => {
    const graph = (checkpointer: NexusSaver) =>
      new StateGraph(State)
        .addNode('ask', () => ({ log: [`said: ${interrupt('Go on?') as string}`] }))
        .addEdge(START, 'ask')
        .addEdge('ask', END)
        .compile({ checkpointer });
    const [ours, theirs] = savers();
    await graph(ours).invoke({ log: ['begin'] }, thread);
    const { log } = await graph(theirs).invoke(new Command({ resume: 'yes' }), thread);
    expect(log).toEqual(['begin', 'said: yes']);
    const [newest, old] = await historyOf(ours);
    await graph(ours).updateState(old?.config ?? {}, { log: ['another way'] });
    expect((await graph(theirs).getState(thread)).values).toEqual({ log: ['begin', 'another way'] });
    // The other branch is as it was: versions of channels are not shared.
    const branch = await theirs.getTuple(newest?.config ?? {});
    expect(branch?.checkpoint.channel_values['log']).toEqual(['begin', 'said: yes']);
  });

  it('is gone as a whole, and no other', async () => {
    const [saver] = savers();
    const other = { configurable: { thread_id: 'thread/1 ☂2' } };
    await graphOf(saver).invoke({ log: ['begin'] }, thread);
    await graphOf(saver).invoke({ log: ['begin'] }, other);
    await saver.deleteThread(thread.configurable.thread_id);
    expect([await saver.getTuple(thread), await historyOf(saver)]).toEqual([undefined, []]);
    expect((await historyOf(saver, other)).length).toBeGreaterThan(1);
    expect((await graphOf(saver).invoke({ log: ['anew'] }, thread)).log).toEqual(['anew', 'worked']);
  });
});
