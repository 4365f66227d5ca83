import type { PatchRequest } from '@nexus-state/documents';
import { Pages } from '../http/pages';
import { VersionRequiredError } from '../http/plain-errors';
import { AlreadyExistsError } from '../http/telling-errors';
import type { Answer } from '../http/transport';
import type { Blame, HistoryEntry, Instant, OnConflict, PanelState, Written } from './answers';
import { readHistory } from './history';
import type { Provenance } from './turn-answers';
import { type Abortable, type Fenced, type WorkspaceRoutes, instant, revisionOf } from './workspace-routes';
import { writtenOf } from './written';

/** What to read of a panel. */
export interface GetOptions extends Abortable {
  /** That version. */
  readonly version?: number;
  /** As it was at an instant. */
  readonly at?: Instant;
  /** A JSON Pointer: `state` is then the value there. */
  readonly path?: string;
  /** Passes by the caches of the service. */
  readonly fresh?: boolean;
}

/** Which piece of work a change belongs to, and why it is made. */
export interface ChangeReason {
  /** The turn that the change belongs to; see `workspace.turns`. */
  readonly turnId?: string;
  /** Why the change is made; kept with it. */
  readonly provenance?: Provenance;
}

/** Who or what caused a change. */
export interface ChangeOrigin extends ChangeReason {
  /** `user`, `ai`, `system`, or a word of your own. */
  readonly triggeredBy?: string;
  /** What exactly, such as the name of a tool. */
  readonly triggerSource?: string;
}

/** Options of a change that is based on a version. */
export interface ChangeOptions extends Fenced, ChangeOrigin {
  readonly version?: number;
  readonly onConflict?: OnConflict;
}

/** Options of a merge, whose body is the partial state alone. */
export type MergeOptions = Omit<ChangeOptions, Exclude<keyof ChangeOrigin, 'turnId'>>;

/** Options of a deletion. */
export interface DeleteOptions extends Fenced, ChangeReason {
  readonly version?: number;
}

/** Options of going back to a version. */
export interface RevertOptions extends Fenced, ChangeReason {
  readonly version?: number;
  /** Takes a snapshot before. */
  readonly createSnapshot?: boolean;
}

/** Which changes of a panel to read. */
export interface HistoryOptions extends Abortable {
  readonly since?: Instant;
  readonly until?: Instant;
  /** Only changes by this user: the `sub` of a token. */
  readonly actor?: string;
  /** Only changes triggered by `user`, `ai`, `system`, or another word. */
  readonly triggeredBy?: string;
  /** Only changes of this turn. */
  readonly turnId?: string;
  /** Only changes whose provenance names this model. */
  readonly model?: string;
}

/** One panel over REST: a handle that does nothing until it is asked. It remembers the version that it has seen last. */
export class PanelRest<T extends object> {
  #seen: number | undefined;
  #copy: PanelState<T> | undefined;

  constructor(
    protected readonly routes: WorkspaceRoutes,
    readonly id: string,
  ) {}

  /**
   * Reads the panel; where it has not changed since, from this handle's own copy.
   * @throws NotFoundError, PathNotFoundError
   */
  get<P = T>(options: GetOptions & { readonly path: string }): Promise<PanelState<P>>;
  get(options?: GetOptions): Promise<PanelState<T>>;
  async get({ version, at, path, fresh, signal }: GetOptions = {}): Promise<PanelState<T>> {
    const isPresent = version === undefined && at === undefined;
    const copy = isPresent && path === undefined ? this.#copy : undefined;
    const headers = {
      ...(fresh ? { 'cache-control': 'no-cache' } : {}),
      ...(copy ? { 'if-none-match': `"${copy.version}"` } : {}),
    };
    const query = { version, at: instant(at), path };
    const answer = await this.routes.read(this.#path(), query, { headers, signal });
    if (answer.status === 304 && copy) return copy;
    const read = answer.body as PanelState<T>;
    const panel = { state: read.state, version: read.version, updatedAt: read.updatedAt };
    if (isPresent) this.#seen = panel.version;
    if (isPresent && path === undefined) this.#copy = panel;
    return panel;
  }

  /** @throws AlreadyExistsError */
  async create(state: T, { signal, lock, ...origin }: ChangeOrigin & Fenced = {}): Promise<Written> {
    return this.#written(
      await this.routes.write('POST', this.#path(), { initialState: state, ...origin }, { signal, lock }),
    );
  }

  /**
   * Writes the whole state. Without a version it creates the panel, and overwrites nothing.
   * @throws VersionRequiredError when the panel is there and no version was given
   * @throws VersionConflictError when the version is not the newest; MergeConflictError where merging was asked for
   */
  async set(state: T, { signal, lock, ...options }: ChangeOptions = {}): Promise<Written> {
    try {
      return this.#written(
        await this.routes.write('PUT', this.#path(), { version: 0, ...options, state }, { signal, lock }),
      );
    } catch (error) {
      if (options.version !== undefined || !(error instanceof AlreadyExistsError)) throw error;
      const message = `Panel "${this.id}" is there already: say which version your state is based on.`;
      throw new VersionRequiredError(
        { ...error.facts, error: 'version_required', status: 428, message },
        error.requestId,
        { cause: error },
      );
    }
  }

  /**
   * Applies a JSON Patch (RFC 6902, and `inc`), merged with what others have done since. Without a version it is based on the
   * one that this handle saw last; where it saw none, it reads the panel first.
   * @throws MergeConflictError, VersionConflictError, PatchFailedError, NotFoundError
   */
  async patch(
    patches: PatchRequest,
    { signal, lock, version, ...options }: ChangeOptions = {},
  ): Promise<Written> {
    const body = { ...options, patches, version: version ?? (await this.#base(signal)) };
    return this.#written(await this.routes.write('PATCH', this.#path(), body, { signal, lock }));
  }

  /**
   * Applies a JSON Merge Patch (RFC 7396): objects merge, null removes.
   * @throws as `patch`
   */
  async merge(partial: object, options: MergeOptions = {}): Promise<Written> {
    const { signal, lock, onConflict, turnId } = options;
    const version = options.version ?? (await this.#base(signal));
    const turn = turnId === undefined ? {} : { 'nexus-turn': turnId };
    const answer = await this.routes.write('PATCH', this.#path(), partial, {
      headers: { 'content-type': 'application/merge-patch+json', ...turn },
      query: { version, onConflict },
      signal,
      lock,
    });
    return this.#written(answer);
  }

  /** Adds to the number at a JSON Pointer; increments of several authors all count. */
  increment(pointer: string, by: number, options: ChangeOptions = {}): Promise<Written> {
    return this.patch([{ op: 'inc', path: pointer, value: by }], options);
  }

  /**
   * Deletes the panel; its history stays.
   * @throws NotFoundError, VersionConflictError
   */
  async delete({ signal, lock, ...options }: DeleteOptions = {}): Promise<Written> {
    const body = Object.values(options).every((value) => value === undefined) ? undefined : options;
    const answer = await this.routes.write('DELETE', this.#path(), body, { signal, lock });
    this.#copy = undefined;
    this.#seen = undefined;
    const { revision } = revisionOf(answer);
    // The answer has no content: history tells which version the deletion made.
    for await (const entry of this.history({ ...(signal ? { signal } : {}) })) {
      if (entry.revision !== revision) continue;
      return { version: entry.version, revision, updatedAt: entry.occurredAt, merged: false };
    }
    throw new Error(`The history of "${this.id}" does not tell of its deletion.`);
  }

  /** Writes what a version held as a new version. */
  async revert(
    targetVersion: number,
    { signal, lock, ...options }: RevertOptions = {},
  ): Promise<Written & { readonly snapshotId?: string }> {
    const body = { targetVersion, ...options };
    const answer = await this.routes.write('POST', this.#path('revert'), body, { signal, lock });
    const { snapshotId } = answer.body as { snapshotId?: string };
    return { ...this.#written(answer), ...(snapshotId ? { snapshotId } : {}) };
  }

  /** The changes, newest first; each once, also while new ones are made. */
  history({ since, until, signal, ...filters }: HistoryOptions = {}): Pages<HistoryEntry> {
    const query = { ...filters, since: instant(since), until: instant(until) };
    return readHistory(this.routes, this.#path('history'), query, signal);
  }

  /**
   * Which change last set each value: of the newest version or of another, everywhere or below a JSON Pointer.
   * @throws NotFoundError, PathNotFoundError; QueryTooExpensiveError where there are more than 10,000 values
   */
  async blame({
    signal,
    ...query
  }: Abortable & { readonly path?: string; readonly version?: number } = {}): Promise<Blame> {
    const { body } = await this.routes.read(this.#path('blame'), query, { signal });
    return body as Blame;
  }

  /** The state that was read last, where it is of that version. */
  protected copyOf(version: number): PanelState<T> | undefined {
    return this.#copy?.version === version ? this.#copy : undefined;
  }

  #path(...rest: readonly string[]): string {
    return this.routes.path('state', this.id, ...rest);
  }

  async #base(signal: AbortSignal | undefined): Promise<number> {
    return this.#seen ?? (await this.get({ signal })).version;
  }

  #written(answer: Answer): Written {
    const written = writtenOf(answer);
    this.#seen = written.version;
    return written;
  }
}
