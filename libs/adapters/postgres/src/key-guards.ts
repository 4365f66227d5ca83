import type { DataSource } from 'typeorm';
import type { JsonObject } from '@nexus-state/documents';
import {
  type FencedLock,
  type IdempotentRequest,
  type KeptResponse,
  type WorkspaceKey,
  inProcess,
} from '@nexus-state/state-core';
import { PostgresFencingTokens, holdFence } from './fencing-tokens';
import { claimKey, findKept } from './key-store';
import { type Run, runOver } from './query';

/** What a write of keys claims and holds in its transaction. */
export interface KeyGuard {
  readonly owner: string;
  /** The idempotency key to claim, with the answer to keep under it. */
  readonly claim?: { readonly request: IdempotentRequest; readonly answer: JsonObject } | undefined;
  readonly lock?: FencedLock | undefined;
}

/**
 * Idempotency keys and locks for writes of keys: the rows that writes of panels use. Idempotency keys of an owner's keys are apart
 * from those of all workspaces.
 */
export class PostgresKeyGuards {
  readonly #run: Run;
  readonly #fencing: PostgresFencingTokens;

  /** @param source an initialized data source with our schema */
  constructor(source: DataSource) {
    this.#run = runOver(source);
    this.#fencing = new PostgresFencingTokens(source);
  }

  /**
   * What is kept under the idempotency key of a request.
   * @throws Unavailable
   */
  findKept(owner: string, request: IdempotentRequest): Promise<KeptResponse | undefined> {
    return findKept(this.#run, { workspace: keysOf(owner), request, panelIds: [] }, inProcess);
  }

  /**
   * Whether the fencing token of a lock is the newest one, as far as is known before the write.
   * @throws Unavailable
   */
  async isNewest(lock: FencedLock): Promise<boolean> {
    return (await this.#fencing.newest(lock)) === lock.fencingToken;
  }

  /**
   * Claims and holds within the transaction of a write. Where the outcome is another than `held`, the transaction is to be rolled back.
   * @param run runs statements within the transaction
   */
  async hold(run: Run, { owner, claim, lock }: KeyGuard): Promise<'held' | 'key-taken' | 'lock-lost'> {
    if (claim && !(await claimKey(run, keysOf(owner), claim))) return 'key-taken';
    if (lock && !(await holdFence(run, lock))) return 'lock-lost';
    return 'held';
  }
}

/** Where the idempotency keys of an owner's keys are: no workspace has an empty id. */
function keysOf(owner: string): WorkspaceKey {
  return { owner, workspaceId: '' };
}
