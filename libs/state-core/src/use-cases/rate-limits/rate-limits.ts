import { RateLimited } from '../../errors';
import type { WorkspaceKey } from '../../panel';
import type { TokenBuckets } from '../../ports';
import type { HintObserver } from '../panel-ports';
import { Lots, type Spending } from './lots';
import { SharedBuckets } from './shared-buckets';

/** What rate limits tell apart. */
export type RequestKind = 'reads' | 'writes';

/** Reads and writes a second; 0 for no limit. */
export type Rates = Readonly<Record<RequestKind, number>>;

/** The limits there are. */
export interface RateRules {
  /** For each user, in whichever workspaces. */
  readonly user: Rates;
  /** For each workspace, whoever calls. */
  readonly workspace: Rates;
}

/** How a limit stands after a request that it has allowed. */
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
  /** Told when the buckets cannot be reached. */
  readonly observer: HintObserver;
}

const second = 1_000_000;

interface Limit {
  readonly policy: string;
  readonly perSecond: number;
  readonly lots: Lots;
}

/**
 * How many requests users and workspaces may have, for every door and all processes together; while the shared buckets
 * are away, for each process. Whoever asks seldom waits: see `Lots`.
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
      return { policy, perSecond, lots: new Lots(shared, perSecond, bucketOf, now) };
    };
    this.#user = { reads: limit('user-reads', user.reads), writes: limit('user-writes', user.writes) };
    this.#workspace = {
      reads: limit('workspace-reads', workspace.reads),
      writes: limit('workspace-writes', workspace.writes),
    };
  }

  /**
   * Counts a request of a user.
   * @param cost how many requests it counts as
   * @throws RateLimited (or rejects with it) when they have no more
   */
  ofUser(subject: string, kind: RequestKind, cost = 1): Allowed {
    return spend(this.#user[kind], subject, cost);
  }

  /**
   * Counts a request in a workspace, of somebody who may make it.
   * @param cost how many requests it counts as
   * @throws RateLimited (or rejects with it) when the workspace has no more
   */
  ofWorkspace({ owner, workspaceId }: WorkspaceKey, kind: RequestKind, cost = 1): Allowed {
    const limit = this.#workspace[kind];
    return limit && spend(limit, `${workspaceId}/${owner}`, cost);
  }
}

function spend(limit: Limit | undefined, key: string, cost: number): Allowed {
  if (!limit) return undefined;
  const spending = limit.lots.spend(key, cost);
  return spending instanceof Promise
    ? spending.then((told) => allowanceOf(limit, told))
    : allowanceOf(limit, spending);
}

function allowanceOf({ policy, perSecond }: Limit, { accepted, left, waitMicros }: Spending): Allowance {
  if (accepted) return { policy, perSecond, left };
  throw new RateLimited(policy, perSecond, Math.max(1, Math.ceil(waitMicros / second)));
}
