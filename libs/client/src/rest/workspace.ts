import type { JsonObject } from '@nexus-state/documents';
import { Pages } from '../http/pages';
import type {
  FeedEntry,
  FoundPanel,
  PanelItem,
  TransactionDone,
  TransactionOperation,
  WorkspaceState,
} from './answers';
import { type ChangesOptions, currentRevision, followChanges } from './changes';
import type { Context, ContextQuery, SearchResult } from './context';
import { Members } from './members';
import { type ChangeOrigin, PanelRest } from './panel';
import { Proposals } from './proposals';
import { Snapshots } from './snapshots';
import { Transaction } from './transaction';
import type { Undone } from './turn-answers';
import { Turns, type UndoOptions, undoChanges } from './turns';
import { type Abortable, type Fenced, type WorkspaceRoutes, revisionOf } from './workspace-routes';

/** What panels to find: one of the two. */
export type Query =
  | {
      /** What the state must contain. */
      readonly contains: object;
    }
  | {
      /** A SQL/JSON path. */
      readonly jsonPath: string;
    };

/** Options of a transaction. */
export interface TransactionOptions extends ChangeOrigin, Fenced {
  /**
   * Names the transaction. Within 24 hours the same operations under the same key happen once, and are answered as the first time,
   * so that a process that was killed can send them again. Without one, each call has a key of its own.
   */
  readonly idempotencyKey?: string;
}

/** One workspace over REST: a handle that does nothing until it is asked. */
export class WorkspaceRest {
  readonly snapshots: Snapshots;
  readonly members: Members;
  /** Changes that wait for a person. */
  readonly proposals: Proposals;
  readonly turns: Turns;

  constructor(protected readonly routes: WorkspaceRoutes) {
    this.snapshots = new Snapshots(routes);
    this.members = new Members(routes);
    this.proposals = new Proposals(routes);
    this.turns = new Turns(routes);
  }

  get id(): string {
    return this.routes.id;
  }

  /** A handle of a panel, whose state is of type `T`. */
  panel<T extends object = JsonObject>(id: string): PanelRest<T> {
    return new PanelRest<T>(this.routes, id);
  }

  /** The panels, by id. */
  panels({ revision, signal }: Abortable & { readonly revision?: number } = {}): Pages<PanelItem> {
    return new Pages(async ({ limit, cursor }) => {
      const query = { revision, limit, cursor };
      const { body } = await this.routes.read(this.routes.path('state'), query, { signal });
      const { panels, nextCursor } = body as { panels: PanelItem[]; nextCursor: string | null };
      return { items: panels, nextCursor };
    });
  }

  /** The revision that the workspace is at: of its newest change. */
  revision(options: Abortable = {}): Promise<number> {
    return currentRevision(this.routes, options);
  }

  /** All panels with their states: as they are now, at a commit, or at a revision. */
  async state({
    gitCommit,
    revision,
    signal,
  }: Abortable & {
    readonly gitCommit?: string;
    readonly revision?: number;
  } = {}): Promise<WorkspaceState> {
    const path = this.routes.path('state', 'snapshot');
    const query = { gitCommit, revision };
    return (await this.routes.read(path, query, { signal })).body as WorkspaceState;
  }

  /** The panels whose state matches, by id. */
  query<T = JsonObject>(query: Query, { signal }: Abortable = {}): Pages<FoundPanel<T>> {
    return new Pages(async (choice) => {
      const asked = { ...query, ...choice };
      const { panels, nextCursor } = await this.#ask<{
        panels: FoundPanel<T>[];
        nextCursor: string | null;
      }>('query', asked, { signal });
      return { items: panels, nextCursor };
    });
  }

  /** What the workspace holds, or what has changed in it, as one text within a budget of tokens. */
  context(query: ContextQuery, options?: Abortable): Promise<Context> {
    return this.#ask('context', query, options);
  }

  /** The values of the workspace that a query finds, the best first. */
  async search(
    query: string,
    { limit, ...options }: Abortable & { readonly limit?: number } = {},
  ): Promise<readonly SearchResult[]> {
    return (await this.#ask<{ results: SearchResult[] }>('search', { query, limit }, options)).results;
  }

  /**
   * Changes several panels as one: all of it happens, or nothing.
   * @param collect adds operations; they are sent once, when it is done
   * @throws VersionConflictError and others, with the `transactionIndex` of the operation that was refused
   */
  async transaction(
    collect: ((transaction: Transaction) => unknown) | readonly TransactionOperation[],
    { signal, lock, idempotencyKey, ...origin }: TransactionOptions = {},
  ): Promise<TransactionDone> {
    const transaction = new Transaction();
    if (typeof collect === 'function') await collect(transaction);
    const operations = typeof collect === 'function' ? transaction.operations : collect;
    const path = this.routes.path('state', 'transaction');
    const named = idempotencyKey === undefined ? {} : { idempotencyKey };
    const answer = await this.routes.write(
      'POST',
      path,
      { operations, ...origin },
      { signal, lock, ...named },
    );
    const { panels } = answer.body as TransactionDone;
    return { panels, ...revisionOf(answer) };
  }

  /** Takes the changes back that match, and keeps all others; with `preview`, only says what would happen. */
  undo(options: UndoOptions): Promise<Undone> {
    return undoChanges(this.routes, options);
  }

  /**
   * The changes of the workspace, in the order of revisions, each once: those that there are, then those to come. A lost
   * connection is taken up again by itself.
   * @throws the reason of the signal once it is aborted
   */
  changes(options: ChangesOptions = {}): AsyncIterableIterator<FeedEntry> {
    return followChanges(this.routes, options);
  }

  /** Asks a question that has a body. */
  async #ask<T>(route: string, question: object, { signal }: Abortable = {}): Promise<T> {
    const answer = await this.routes.transport.send({
      method: 'POST',
      path: this.routes.path('state', route),
      query: { owner: this.routes.owner },
      body: question,
      signal,
    });
    return answer.body as T;
  }
}
