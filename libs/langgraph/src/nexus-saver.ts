import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  type ChannelVersions,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  type PendingWrite,
  type SerializerProtocol,
  TASKS,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  maxChannelVersion,
  writesSortKey,
} from '@langchain/langgraph-checkpoint';
import type { NexusClient } from '@nexus-state/client';
import { CheckpointStore, type StoredCheckpoint } from './checkpoint-store';
import { type CheckpointPlace, ThreadKeys } from './thread-keys';

/** Settings of a checkpointer. */
export interface NexusSaverOptions {
  /** What its keys begin with; `langgraph/` where not given. Give applications that share a user different ones. */
  readonly prefix?: string;
  /** Turns values into bytes and back; that of LangGraph where not given. */
  readonly serde?: SerializerProtocol;
}

/**
 * Keeps the checkpoints of threads in Nexus State, under keys of the client's user. Of two writers that go on from the same newest
 * checkpoint, the second is refused with `CheckpointConflictError`, in whichever process it is. To fork on purpose, name the
 * `checkpoint_id` of an older checkpoint, as time travel does.
 */
export class NexusSaver extends BaseCheckpointSaver {
  readonly #store: CheckpointStore;

  constructor(client: Pick<NexusClient, 'keys'>, { prefix = 'langgraph/', serde }: NexusSaverOptions = {}) {
    super(serde);
    this.#store = new CheckpointStore(client.keys, new ThreadKeys(prefix), this.serde);
  }

  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    if (config.configurable?.['thread_id'] === undefined) return undefined;
    const { threadId, namespace } = threadOf(config);
    const named = getCheckpointId(config);
    const checkpointId = named || (await this.#store.newest(threadId, namespace));
    if (checkpointId === undefined) return undefined;
    const place = { threadId, namespace, checkpointId };
    const stored = await this.#store.read(place);
    if (!stored) return undefined;
    if (named) await this.#store.noteNamed(place);
    return this.#tuple(place, stored, named ? config : configOf(place));
  }

  override async *list(
    { configurable }: RunnableConfig,
    { limit = Infinity, before, filter = {} }: CheckpointListOptions = {},
  ): AsyncGenerator<CheckpointTuple> {
    const end = before?.configurable?.['checkpoint_id'] as string | undefined;
    let left = limit;
    const { thread_id, checkpoint_ns } = (configurable ?? {}) as Partial<Record<string, string>>;
    for await (const place of this.#store.places(thread_id, checkpoint_ns)) {
      if (left <= 0) return;
      if (configurable?.['checkpoint_id'] && place.checkpointId !== configurable['checkpoint_id']) continue;
      if (end && place.checkpointId >= end) continue;
      const stored = await this.#store.read(place);
      const metadata = stored?.metadata as Record<string, unknown> | undefined;
      if (!stored || !Object.entries(filter).every(([key, value]) => metadata?.[key] === value)) continue;
      left--;
      yield await this.#tuple(place, stored, configOf(place));
    }
  }

  /** @throws CheckpointConflictError where another writer went on from the same newest checkpoint, and was first */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: ChannelVersions,
  ): Promise<RunnableConfig> {
    const place = { ...threadOf(config), checkpointId: checkpoint.id };
    const { channel_values: values, ...rest } = copyCheckpoint(checkpoint);
    await this.#store.put(place, {
      stored: { checkpoint: rest, metadata, parentId: getCheckpointId(config) || undefined },
      values: Object.entries(newVersions)
        .filter(([channel]) => Object.hasOwn(values, channel))
        .map(([channel, version]) => ({ channel, version, value: values[channel] })),
    });
    return configOf(place);
  }

  override async putWrites(
    config: RunnableConfig,
    writes: PendingWrite[],
    taskId: string,
    taskPath = '',
  ): Promise<void> {
    const checkpointId = getCheckpointId(config);
    if (!checkpointId) throw new TypeError('Writes need the "checkpoint_id" that they belong to.');
    await this.#store.putWrites({ ...threadOf(config), checkpointId }, { writes, taskId, taskPath });
  }

  override async deleteThread(threadId: string): Promise<void> {
    await this.#store.deleteThread(threadId);
  }

  /** Whole numbers with a random fraction: two branches that fork have different versions of a channel. */
  override getNextVersion(current: number | undefined): number {
    return Math.floor(current ?? 0) + 1 + Math.random();
  }

  async #tuple(
    place: CheckpointPlace,
    { checkpoint: rest, metadata, parentId }: StoredCheckpoint,
    config: RunnableConfig,
  ): Promise<CheckpointTuple> {
    const [values, pendingWrites] = await Promise.all([
      this.#store.values(place, rest.channel_versions),
      this.#pendingWrites(place),
    ]);
    const checkpoint: Checkpoint = { ...rest, channel_values: values };
    const parent = parentId === undefined ? undefined : { ...place, checkpointId: parentId };
    if (parent && checkpoint.v < 4) await this.#addPendingSends(checkpoint, parent);
    return {
      config,
      checkpoint,
      metadata,
      pendingWrites,
      ...(parent ? { parentConfig: configOf(parent) } : {}),
    };
  }

  /** In the order in which a run applies them. */
  async #pendingWrites(place: CheckpointPlace): Promise<CheckpointPendingWrite[]> {
    const writes = await this.#store.writes(place);
    return writes
      .map((write) => ({ ...write, order: writesSortKey(write.taskPath, write.taskId, write.index) }))
      .sort((left, right) => compareWritesSortKeys(left.order, right.order))
      .map(({ taskId, channel, value }) => [taskId, channel, value]);
  }

  /** Formats before 4 keep what was sent with the parent. */
  async #addPendingSends(checkpoint: Checkpoint, parent: CheckpointPlace): Promise<void> {
    const versions = Object.values(checkpoint.channel_versions);
    const sent = (await this.#pendingWrites(parent)).filter(([, channel]) => channel === TASKS);
    checkpoint.channel_values[TASKS] = sent.map(([, , value]) => value);
    checkpoint.channel_versions[TASKS] =
      versions.length > 0 ? maxChannelVersion(...versions) : this.getNextVersion(undefined);
  }
}

function threadOf({ configurable }: RunnableConfig): Omit<CheckpointPlace, 'checkpointId'> {
  const { thread_id: threadId, checkpoint_ns: namespace = '' } = (configurable ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof threadId !== 'string' || threadId === '' || typeof namespace !== 'string')
    throw new TypeError(
      'The config needs a "thread_id" in "configurable", which says what thread it is about.',
    );
  return { threadId, namespace };
}

function configOf({ threadId, namespace, checkpointId }: CheckpointPlace): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: namespace, checkpoint_id: checkpointId } };
}
