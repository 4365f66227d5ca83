import {
  type ChannelVersions,
  type Checkpoint,
  type CheckpointMetadata,
  type PendingWrite,
  type SerializerProtocol,
  WRITES_IDX_MAP,
} from '@langchain/langgraph-checkpoint';
import { type KeyOperation, type Keys, NetworkError, VersionConflictError } from '@nexus-state/client';
import { CheckpointConflictError } from './checkpoint-conflict';
import { RecentSet } from './recent-set';
import type { CheckpointPlace, ThreadKeys } from './thread-keys';
import { fromBytes, toBytes } from './typed-bytes';

/** A checkpoint without the values of its channels. */
export interface StoredCheckpoint {
  readonly checkpoint: Omit<Checkpoint, 'channel_values'>;
  readonly metadata: CheckpointMetadata;
  readonly parentId: string | undefined;
}

/** A checkpoint that is to be stored. */
export interface NewCheckpoint {
  readonly stored: StoredCheckpoint;
  /** Those that changed. */
  readonly values: readonly {
    readonly channel: string;
    readonly version: number | string;
    readonly value: unknown;
  }[];
}

/** A write to a channel that waits for the next checkpoint. */
export interface StoredWrite {
  readonly taskId: string;
  readonly index: number;
  readonly taskPath: string;
  readonly channel: string;
  readonly value: unknown;
}

/** Keys that are written in one transaction: the service takes 128. */
const operationsAtOnce = 100;
const attempts = 10;
/** What readers saw of so many threads, and of checkpoints, is remembered. */
const remembered = 10_000;

/** Checkpoints, values and writes under the keys of a user. */
export class CheckpointStore {
  /** Where the newest checkpoint was asked for, and there was none. */
  readonly #empty = new RecentSet(remembered);
  /** Checkpoints that were asked for by name when they were not the newest: to go on from there is a fork on purpose. */
  readonly #named = new RecentSet(remembered);

  constructor(
    private readonly keys: Keys,
    private readonly names: ThreadKeys,
    private readonly serde: SerializerProtocol,
  ) {}

  /** The id of the newest checkpoint. */
  async newest(threadId: string, namespace: string): Promise<string | undefined> {
    const key = this.names.newest(threadId, namespace);
    const id = await this.keys.getJson<string>(key);
    if (id === undefined) this.#empty.add(key);
    return id;
  }

  async read(place: CheckpointPlace): Promise<StoredCheckpoint | undefined> {
    const bytes = await this.keys.get(this.names.checkpoint(place));
    return bytes && fromBytes(bytes, this.serde);
  }

  /** Notes that a checkpoint was asked for by name. */
  async noteNamed(place: CheckpointPlace): Promise<void> {
    const { threadId, namespace, checkpointId } = place;
    const newest = await this.keys.getJson<string>(this.names.newest(threadId, namespace));
    if (newest !== checkpointId) this.#named.add(this.names.checkpoint(place));
  }

  /** The checkpoints of a thread, or of all threads; in each namespace the newest first. */
  async *places(
    threadId: string | undefined,
    namespace: string | undefined,
  ): AsyncGenerator<CheckpointPlace> {
    const isNarrow = threadId !== undefined && namespace !== undefined;
    const prefix = isNarrow ? this.names.checkpoints(threadId, namespace) : this.names.within(threadId);
    const found = new Map<string, CheckpointPlace[]>();
    for await (const { key } of this.keys.list(prefix)) {
      const place = this.names.placeOf(key);
      if (!place || (namespace !== undefined && place.namespace !== namespace)) continue;
      const within = this.names.within(place.threadId, place.namespace);
      found.set(within, [...(found.get(within) ?? []), place]);
    }
    for (const places of found.values())
      yield* places.sort((left, right) => (left.checkpointId < right.checkpointId ? 1 : -1));
  }

  /** The values of channels at their versions; those that were never stored are left out. */
  async values(place: CheckpointPlace, versions: ChannelVersions): Promise<Record<string, unknown>> {
    const read = async ([channel, version]: [string, number | string]) => {
      const bytes = await this.keys.get(this.names.value(place, channel, version));
      return bytes ? [[channel, await fromBytes(bytes, this.serde)] as const] : [];
    };
    return Object.fromEntries((await Promise.all(Object.entries(versions).map(read))).flat());
  }

  async writes(place: CheckpointPlace): Promise<readonly StoredWrite[]> {
    const found: StoredWrite[] = [];
    for await (const { key, value } of this.keys.list(this.names.writes(place), { values: true })) {
      const write = await fromBytes<Omit<StoredWrite, 'taskId' | 'index'>>(value as Uint8Array, this.serde);
      found.push({ ...write, ...this.names.writeOf(key) });
    }
    return found;
  }

  /**
   * Stores a checkpoint as the newest, where its parent is that.
   * @throws CheckpointConflictError
   */
  async put(place: CheckpointPlace, { stored, values }: NewCheckpoint): Promise<void> {
    const { threadId, namespace, checkpointId } = place;
    const newestKey = this.names.newest(threadId, namespace);
    const [bytes, ...rest] = await this.#operations(place, { stored, values });
    // Nobody reads values before there is a checkpoint that names them.
    const apart = rest.splice(operationsAtOnce);
    await this.#writeAll(apart);
    await untilSettled(async () => {
      const entry = await this.keys.getEntry(newestKey);
      const newest = entry?.value as string | undefined;
      if (newest !== undefined && newest !== checkpointId)
        this.#requireNewest(place, stored.parentId, newest);
      const next = newest !== undefined && newest > checkpointId ? newest : checkpointId;
      await this.keys.transaction([
        { type: 'checkVersion', key: newestKey, version: entry?.version ?? 0 },
        { type: 'set', key: newestKey, value: next },
        ...(bytes ? [bytes] : []),
        ...rest,
      ]);
    });
  }

  /** Stores writes of a task. Those that it stored before stay, but for errors, interrupts and the like. */
  async putWrites(
    place: CheckpointPlace,
    { writes, taskId, taskPath }: { writes: readonly PendingWrite[]; taskId: string; taskPath: string },
  ): Promise<void> {
    const within = this.names.writes(place, taskId);
    const all = await Promise.all(
      writes.map(async ([channel, value], position) => {
        const index = WRITES_IDX_MAP[channel] ?? position;
        return {
          index,
          key: `${within}${index}`,
          bytes: await toBytes({ channel, value, taskPath }, this.serde),
        };
      }),
    );
    await untilSettled(async () => {
      const there = new Set<string>();
      for await (const { key } of this.keys.list(within)) there.add(key);
      const left = all.filter(({ index, key }) => index < 0 || !there.has(key));
      for (let first = 0; first < left.length; first += operationsAtOnce / 2)
        await this.keys.transaction(
          left
            .slice(first, first + operationsAtOnce / 2)
            .flatMap(({ index, key, bytes }): KeyOperation[] => [
              ...(index < 0 ? [] : [{ type: 'checkVersion', key, version: 0 } as const]),
              { type: 'set', key, value: bytes },
            ]),
        );
    });
  }

  async deleteThread(threadId: string): Promise<void> {
    const operations: KeyOperation[] = [];
    for await (const { key } of this.keys.list(this.names.within(threadId))) {
      operations.push({ type: 'delete', key });
      this.#empty.delete(key);
    }
    await this.#writeAll(operations);
  }

  /** @throws CheckpointConflictError where a checkpoint would be another child of one that is not the newest any more */
  #requireNewest(place: CheckpointPlace, parentId: string | undefined, newest: string): void {
    const { threadId, namespace } = place;
    const mayFork =
      parentId === undefined
        ? !this.#empty.has(this.names.newest(threadId, namespace))
        : parentId === newest || this.#named.has(this.names.checkpoint({ ...place, checkpointId: parentId }));
    if (!mayFork) throw new CheckpointConflictError(threadId, namespace, parentId, newest);
  }

  /** The checkpoint first, then its values. */
  async #operations(place: CheckpointPlace, { stored, values }: NewCheckpoint): Promise<KeyOperation[]> {
    const set = async (key: string, value: unknown): Promise<KeyOperation> => {
      return { type: 'set', key, value: await toBytes(value, this.serde) };
    };
    return Promise.all([
      set(this.names.checkpoint(place), stored),
      ...values.map(({ channel, version, value }) => set(this.names.value(place, channel, version), value)),
    ]);
  }

  async #writeAll(operations: readonly KeyOperation[]): Promise<void> {
    for (let first = 0; first < operations.length; first += operationsAtOnce)
      await untilSettled(async () => {
        await this.keys.transaction(operations.slice(first, first + operationsAtOnce));
      });
  }
}

/** Does something that may be done twice, again where it lost a race, or its answer was lost. */
async function untilSettled(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof VersionConflictError || error instanceof NetworkError;
      if (!passes || attempt === attempts) throw error;
    }
  }
}
