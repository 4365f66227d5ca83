import type { JsonObject } from '@nexus-state/documents';
import { Pages } from '../http/pages';
import type { FeedEntry, FoundPanel, PanelItem, TransactionDone, TransactionOperation } from './answers';
import { type ChangesOptions, followChanges } from './changes';
import { Members } from './members';
import type { ChangeOrigin } from './panel';
import { Snapshots } from './snapshots';
import { Transaction } from './transaction';
import { type Abortable, type WorkspaceRoutes, revisionOf } from './workspace-routes';

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

/** One workspace over REST: a handle that does nothing until it is asked. */
export class WorkspaceRest {
  readonly snapshots: Snapshots;
  readonly members: Members;

  constructor(protected readonly routes: WorkspaceRoutes) {
    this.snapshots = new Snapshots(routes);
    this.members = new Members(routes);
  }

  get id(): string {
    return this.routes.id;
  }

  /** The panels, by id. */
  panels({ signal }: Abortable = {}): Pages<PanelItem> {
    return new Pages(async ({ limit, cursor }) => {
      const { body } = await this.routes.read(this.routes.path('state'), { limit, cursor }, { signal });
      const { panels, nextCursor } = body as { panels: PanelItem[]; nextCursor: string | null };
      return { items: panels, nextCursor };
    });
  }

  /** The panels whose state matches, by id. */
  query<T = JsonObject>(query: Query, { signal }: Abortable = {}): Pages<FoundPanel<T>> {
    return new Pages(async (choice) => {
      const { body } = await this.routes.transport.send({
        method: 'POST',
        path: this.routes.path('state', 'query'),
        query: { owner: this.routes.owner },
        body: { ...query, ...choice },
        signal,
      });
      const { panels, nextCursor } = body as { panels: FoundPanel<T>[]; nextCursor: string | null };
      return { items: panels, nextCursor };
    });
  }

  /**
   * Changes several panels as one: all of it happens, or nothing.
   * @param collect adds operations; they are sent once, when it is done
   * @throws VersionConflictError and others, with the `transactionIndex` of the operation that was refused
   */
  async transaction(
    collect: ((transaction: Transaction) => void | Promise<void>) | readonly TransactionOperation[],
    { signal, ...origin }: ChangeOrigin & Abortable = {},
  ): Promise<TransactionDone> {
    const transaction = new Transaction();
    if (typeof collect === 'function') await collect(transaction);
    const operations = typeof collect === 'function' ? transaction.operations : collect;
    const path = this.routes.path('state', 'transaction');
    const answer = await this.routes.write('POST', path, { operations, ...origin }, { signal });
    const { panels } = answer.body as TransactionDone;
    return { panels, ...revisionOf(answer) };
  }

  /**
   * The changes of the workspace, in the order of revisions, each once: those that there are, then those to come. A lost
   * connection is taken up again by itself.
   * @throws the reason of the signal once it is aborted
   */
  changes(options: ChangesOptions = {}): AsyncIterableIterator<FeedEntry> {
    return followChanges(this.routes, options);
  }
}
