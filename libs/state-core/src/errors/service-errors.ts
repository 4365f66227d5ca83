import { CoreError } from './core-error';

/** A store behind the service cannot be reached, or did not answer in time. */
export class Unavailable extends CoreError {
  readonly code = 'unavailable';
  /** @param store what is away, e.g. "The database" */
  constructor(store: string, options?: ErrorOptions) {
    super(`${store} is unavailable. Retry shortly.`, { retryAfterSeconds: 1 }, options);
  }
}

/** There is no room left for the repositories. For operators; the queue tries again. */
export class RepositoryFull extends CoreError {
  readonly code = 'unavailable';
  constructor(options?: ErrorOptions) {
    super(
      'The disk of the snapshot repositories is full. Free space or enlarge it; no data is lost, and ' +
        'the snapshot can be requested again.',
      { retryAfterSeconds: 60 },
      options,
    );
  }
}

/** A remote that answered, and does not take the commits. For operators; the queue tries again. */
export class PushRefused extends CoreError {
  readonly code = 'unavailable';
  /** @param reason what the remote said, e.g. "[rejected] (fetch first)" */
  constructor(reason: string, options?: ErrorOptions) {
    super(
      `The remote rejected the commits: ${reason}. Its branch may have other commits, or a protection rule.`,
      {},
      options,
    );
  }
}

/** A snapshot that could not be taken, after the worker's retries. */
export class SnapshotFailed extends CoreError {
  readonly code = 'snapshot_failed';
  constructor(jobId: string, reason: string) {
    super(`The snapshot job ${jobId} failed: ${reason}`, { jobId });
  }
}

/** A snapshot that is still being taken when the caller's patience ends; the job goes on. */
export class SnapshotPending extends CoreError {
  readonly code = 'unavailable';
  constructor(jobId: string, waitedMs: number) {
    super(
      `The snapshot was not finished after ${waitedMs} ms; job ${jobId} continues. Check that a snapshot worker is running.`,
      {
        jobId,
        retryAfterSeconds: 5,
      },
    );
  }
}

/** No such job, or none of the caller's workspace. */
export class JobNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(jobId: string) {
    super(`There is no job "${jobId}" in this workspace.`, { jobId });
  }
}

/** A caller exceeds a rate limit. */
export class RateLimited extends CoreError {
  readonly code = 'rate_limited';
  /**
   * @param policy the limit, e.g. `user-writes`
   * @param perSecond what it allows
   * @param retryAfterSeconds when it allows this request again; whole seconds, 1 or more
   */
  constructor(
    readonly policy: string,
    readonly perSecond: number,
    readonly retryAfterSeconds: number,
  ) {
    const [whose, what] = policy.split('-');
    super(`Rate limit of ${perSecond} ${what}/s per ${whose} exceeded. Retry in ${retryAfterSeconds} s.`, {
      policy,
      perSecond,
      retryAfterSeconds,
    });
  }
}
