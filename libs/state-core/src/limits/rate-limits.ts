import { RateLimited } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import type { TokenBuckets } from './ports';
import { bucketSize } from './token-bucket';
import type { CoreObserver } from '../panels';
import { LocalTokenBuckets, type TakeResult } from './local-token-buckets';
import { SharedBuckets } from './shared-buckets';

/** The kinds of requests that have limits of their own. */
export type RequestKind = 'reads' | 'writes';

/** Reads and writes a second; 0 for no limit. */
export type Rates = Readonly<Record<RequestKind, number>>;

/** The limits there are. */
export interface RateRules {
  /** For each user, in all workspaces together. */
  readonly user: Rates;
  /** For each workspace, for all users together. */
  readonly workspace: Rates;
}

/** The state of a limit after a request that it has allowed. */
export interface Allowance {
  /** The limit, e.g. `user-writes`. */
  readonly policy: string;
  readonly perSecond: number;
  /** How many more requests it may allow at the moment, as far as this process knows. */
  readonly left: number;
}

/** What one limit says: at once where that is known, undefined where there is no limit. */
export type Allowed = Allowance | undefined | Promise<Allowance>;

/** What rate limits need. */
export interface RateLimitPorts {
  readonly buckets: TokenBuckets;
  /** Notified when the buckets cannot be reached, and of every refusal. */
  readonly observer: CoreObserver;
}

const second = 1_000_000;
/** So many operations of a transaction count as one write. */
const operationsPerWrite = 10;

interface Limit {
  readonly policy: string;
  readonly perSecond: number;
  readonly buckets: LocalTokenBuckets;
  readonly refused: () => void;
}

/**
 * How many requests users and workspaces may have, for every door and all processes together; while the shared buckets
 * are away, for each process. A request seldom waits: see `LocalTokenBuckets`.
 */
export class RateLimits {
  readonly #user: Readonly<Record<RequestKind, Limit | undefined>>;
  readonly #workspace: Readonly<Record<RequestKind, Limit | undefined>>;

  /** @param now microseconds */
  constructor(
    { buckets, observer }: RateLimitPorts,
    { user, workspace }: RateRules,
    now: () => number = () => Math.floor(performance.now() * 1000),
  ) {
    const shared = new SharedBuckets(buckets, observer);
    const limit = (policy: string, perSecond: number): Limit | undefined => {
      const bucketOf = (key: string) => `${policy}/${key}`;
      if (perSecond === 0) return undefined;
      const buckets = new LocalTokenBuckets(shared, perSecond, bucketOf, now);
      return { policy, perSecond, buckets, refused: () => observer.rateLimited?.(policy) };
    };
    this.#user = { reads: limit('user-reads', user.reads), writes: limit('user-writes', user.writes) };
    this.#workspace = {
      reads: limit('workspace-reads', workspace.reads),
      writes: limit('workspace-writes', workspace.writes),
    };
  }

  /**
   * Counts a request of a user.
   * @throws RateLimited (or rejects with it) when they have no more
   */
  ofUser(subject: string, kind: RequestKind): Allowed {
    const limit = this.#user[kind];
    return limit && take(limit, subject, 1);
  }

  /**
   * Counts a request in a workspace, of a user who may make it.
   * @throws RateLimited (or rejects with it) when the workspace has no more
   */
  ofWorkspace(workspace: WorkspaceKey, kind: RequestKind): Allowed {
    const limit = this.#workspace[kind];
    return limit && take(limit, keyOf(workspace), 1);
  }

  /**
   * Counts the writes that a transaction is beyond the one that it was counted as already: one for every ten operations,
   * though never more than a second's worth with that one, so that it is accepted after a wait.
   * @throws RateLimited when the user or the workspace has not so many more; then none is counted to it
   */
  async ofTransaction(subject: string, workspace: WorkspaceKey, operations: number): Promise<void> {
    const writes = Math.ceil(operations / operationsPerWrite);
    await takeMore(this.#user.writes, subject, writes);
    await takeMore(this.#workspace.writes, keyOf(workspace), writes);
  }

  /**
   * The same, of a transaction of keys, which are in no workspace.
   * @throws RateLimited when the user has not so many more
   */
  async ofKeyTransaction(subject: string, operations: number): Promise<void> {
    await takeMore(this.#user.writes, subject, Math.ceil(operations / operationsPerWrite));
  }
}

function keyOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${workspaceId}/${owner}`;
}

async function takeMore(limit: Limit | undefined, key: string, writes: number): Promise<void> {
  if (!limit) return;
  const more = Math.min(writes, bucketSize(limit.perSecond)) - 1;
  if (more > 0) await take(limit, key, more);
}

function take(limit: Limit, key: string, cost: number): Allowance | Promise<Allowance> {
  const result = limit.buckets.take(key, cost);
  return result instanceof Promise
    ? result.then((taken) => allowanceOf(limit, taken))
    : allowanceOf(limit, result);
}

function allowanceOf(
  { policy, perSecond, refused }: Limit,
  { accepted, left, waitMicros }: TakeResult,
): Allowance {
  if (accepted) return { policy, perSecond, left };
  refused();
  throw new RateLimited(policy, perSecond, Math.max(1, Math.ceil(waitMicros / second)));
}
