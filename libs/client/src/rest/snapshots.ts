import { Pages } from '../http/pages';
import type {
  Commit,
  RestoreDone,
  SnapshotContent,
  SnapshotDiff,
  SnapshotItem,
  SnapshotJob,
  SnapshotTaken,
} from './answers';
import type { ChangeReason } from './panel';
import type { Abortable, Fenced, WorkspaceRoutes } from './workspace-routes';

/** What to restore: one of the two, and how. */
export interface RestoreOptions extends Fenced, ChangeReason {
  readonly snapshotId?: string;
  readonly gitCommitHash?: string;
  readonly mode?: 'exact' | 'overlay';
}

/** The snapshots of a workspace. */
export class Snapshots {
  readonly #routes: WorkspaceRoutes;

  constructor(routes: WorkspaceRoutes) {
    this.#routes = routes;
  }

  /** Takes one, and waits until it is committed. */
  async create({
    signal,
    ...body
  }: Abortable & {
    readonly description?: string;
    readonly type?: string;
    readonly push?: boolean;
  } = {}): Promise<SnapshotTaken> {
    const { body: taken } = await this.#routes.write('POST', this.#path(), body, { signal });
    return taken as SnapshotTaken;
  }

  /** All of them, newest first. */
  list({ signal }: Abortable = {}): Pages<SnapshotItem> {
    return new Pages(async ({ limit, cursor }) => {
      const { body } = await this.#routes.read(this.#path(), { limit, cursor }, { signal });
      const { snapshots, nextCursor } = body as { snapshots: SnapshotItem[]; nextCursor: string | null };
      return { items: snapshots, nextCursor };
    });
  }

  /** @throws NotFoundError */
  async get(snapshotId: string, { signal }: Abortable = {}): Promise<SnapshotContent> {
    return (await this.#routes.read(this.#path(snapshotId), {}, { signal })).body as SnapshotContent;
  }

  /** How far a job is that takes or pushes a snapshot. */
  async job(jobId: string, { signal }: Abortable = {}): Promise<SnapshotJob> {
    return (await this.#routes.read(this.#path('jobs', jobId), {}, { signal })).body as SnapshotJob;
  }

  /** What has changed since a snapshot, up to another one or a commit, or to now. */
  async diff(snapshotId: string, to?: string, { signal }: Abortable = {}): Promise<SnapshotDiff> {
    return (await this.#routes.read(this.#path(snapshotId, 'diff'), { to }, { signal })).body as SnapshotDiff;
  }

  /** Makes the workspace what it was; `overlay` leaves alone what was made since. */
  async restore({ signal, lock, ...body }: RestoreOptions): Promise<RestoreDone> {
    const { body: done } = await this.#routes.write('POST', this.#path('restore'), body, { signal, lock });
    return done as RestoreDone;
  }

  /** The commits, newest first: one page, of 1,000 at most. */
  commits({ signal }: Abortable = {}): Pages<Commit> {
    return new Pages(async ({ limit = 1_000 }) => {
      const { body } = await this.#routes.read(this.#path('commits'), { limit }, { signal });
      return { items: (body as { commits: Commit[] }).commits, nextCursor: null };
    });
  }

  #path(...rest: readonly string[]): string {
    return this.#routes.path('snapshots', ...rest);
  }
}
