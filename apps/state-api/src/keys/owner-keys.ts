import type { KeyWritten } from '@nexus-state/contracts';
import type { ConditionalHeaders } from '@nexus-state/nest-kit';
import { type Expectation, KeyNotFound } from '@nexus-state/state-core';
import {
  type Entry,
  type KeyPage,
  type LocalStore,
  OwnerStores,
  type StoreLease,
  type TransactionOperation,
  type TransactionResult,
  VersionConflictError,
  type Write,
  transactionResult,
} from '@nexus-state/store';
import type { PostgresStore } from '@nexus-state/store/postgres';
import type { Commit, GuardedWrites, WriteTerms } from './guarded-writes';
import { type ListReachable, listReachable } from './list-reachable';
import { requestOf } from './read-key-operations';
import { KeyPreconditionFailed, inHeaderTerms, refusalOf } from './store-refusals';

/** How often a write with `If-Match: *` is tried while others change its key. */
const attempts = 10;

/** A write of one key, and what it is based on. */
export interface KeyWrite extends WriteTerms {
  readonly owner: string;
  readonly write: Write;
  readonly expectation: Expectation;
  /** Those that the expectation was read from. */
  readonly headers: ConditionalHeaders;
}

/** The keys of owners, as the doors of this service use them. Everything that is refused is a refusal of this service. */
export class OwnerKeys {
  constructor(
    private readonly stores: OwnerStores<PostgresStore>,
    private readonly guarded: GuardedWrites,
  ) {}

  /**
   * The value of a key.
   * @throws KeyNotFound, Unavailable
   */
  read(owner: string, key: string): Promise<Entry> {
    return this.#use(owner, async (store) => {
      const entry = await store.getEntry(key);
      if (!entry) throw new KeyNotFound(key);
      return entry;
    });
  }

  /**
   * Writes one key, if it is what the write expects.
   * @throws KeyNotFound for a merge or a deletion where there is nothing; VersionConflictError; KeyPreconditionFailed; NotJsonError for a
   *   merge into bytes; ValueTooLargeError; LockLost; IdempotencyKeyReused; Unavailable
   */
  write({ owner, write, expectation, headers, ...terms }: KeyWrite): Promise<KeyWritten> {
    return this.#use(owner, async (store) => {
      const { key, version, revision } = await this.guarded.write({ owner, store }, terms, async (commit) => {
        for (let attempt = 1; ; attempt++) {
          try {
            return await writeOnce(commit, write, await expectedVersion(store, write.key, expectation));
          } catch (error) {
            const isOvertaken = expectation.kind === 'any' && error instanceof VersionConflictError;
            if (!isOvertaken || attempt === attempts) throw inHeaderTerms(error, headers);
          }
        }
      });
      return { key, version, revision };
    });
  }

  /** @throws what `listReachable` throws, in this service's terms */
  list(owner: string, query: ListReachable): Promise<KeyPage> {
    return this.#use(owner, (store) => listReachable(store, query));
  }

  /**
   * Does all operations as one change, or none of them.
   * @throws VersionConflictError with the index of the check; OperationRefused naming the operation whose value cannot be kept; LockLost;
   *   IdempotencyKeyReused; Unavailable
   */
  transact(
    owner: string,
    operations: readonly TransactionOperation[],
    terms: WriteTerms = {},
  ): Promise<TransactionResult> {
    return this.#use(owner, async (store) => {
      const wanted = requestOf(operations);
      const { revision, results } = await this.guarded.write({ owner, store }, terms, (commit) =>
        commit(wanted, (receipt) => transactionResult(operations, receipt)),
      );
      return { revision, results };
    });
  }

  /** The store of an owner, for a watch: to be given back when the watch has ended. */
  lease(owner: string): StoreLease {
    try {
      return this.stores.lease(owner);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  async #use<T>(owner: string, work: (store: PostgresStore) => Promise<T>): Promise<T> {
    try {
      return await this.stores.use(owner, work);
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

/** The version that a write has to meet; undefined where it may meet any, or none. */
async function expectedVersion(
  store: LocalStore,
  key: string,
  expectation: Expectation,
): Promise<number | undefined> {
  switch (expectation.kind) {
    case 'unspecified':
      return undefined;
    case 'absent':
      return 0;
    case 'version':
      return expectation.version;
    case 'any': {
      const version = await store.version(key);
      if (version === 0) throw new KeyPreconditionFailed(key, 0);
      return version;
    }
  }
}

async function writeOnce(commit: Commit, write: Write, expected: number | undefined): Promise<KeyWritten> {
  const { key } = write;
  const checks = expected === undefined ? [] : [{ key, version: expected }];
  return commit({ checks, writes: [write] }, ({ revision, results: [result] }) => {
    if (!result || (write.type === 'delete' && !result.existed)) throw new KeyNotFound(key);
    return { key, version: result.version, revision };
  });
}
