import type { DataSource, Repository } from 'typeorm';
import {
  Unavailable,
  type WorkspaceKey,
  type SnapshotQuery,
  type SnapshotStore,
  type Snapshot,
} from '@nexus-state/state-core';
import { StateSnapshotRow } from './entities/state-snapshot.entity';
import { isUnavailable } from './query';

/** The list of snapshots in PostgreSQL. */
export class PostgresSnapshotStore implements SnapshotStore {
  /** @param source an initialized data source with our schema */
  constructor(private readonly source: DataSource) {}

  async add(snapshot: Snapshot): Promise<void> {
    await this.#with((rows) =>
      rows.createQueryBuilder().insert().values(rowOf(snapshot)).orIgnore().execute(),
    );
  }

  async read({ owner, workspaceId }: WorkspaceKey, snapshotId: string): Promise<Snapshot | undefined> {
    const row = await this.#with((rows) => rows.findOneBy({ owner, workspaceId, id: snapshotId }));
    return row ? snapshotOf(row) : undefined;
  }

  async list(
    { owner, workspaceId }: WorkspaceKey,
    { limit, after }: SnapshotQuery,
  ): Promise<readonly Snapshot[]> {
    const rows = await this.#with((snapshots) => {
      const page = snapshots
        .createQueryBuilder('snapshot')
        .where('snapshot.owner = :owner AND snapshot.workspaceId = :workspaceId', { owner, workspaceId })
        .orderBy({ 'snapshot.createdAt': 'DESC', 'snapshot.id': 'DESC' })
        .limit(limit);
      // A row comparison and no OR: only that is one range of the index.
      if (after) page.andWhere('(snapshot.createdAt, snapshot.id) < (:createdAt, :snapshotId)', { ...after });
      return page.getMany();
    });
    return rows.map(snapshotOf);
  }

  async #with<T>(work: (rows: Repository<StateSnapshotRow>) => Promise<T>): Promise<T> {
    try {
      return await work(this.source.getRepository(StateSnapshotRow));
    } catch (error) {
      throw isUnavailable(error) ? new Unavailable('The database', { cause: error }) : error;
    }
  }
}

function rowOf({ workspace, snapshotId, totalSizeBytes, createdAt, ...columns }: Snapshot): StateSnapshotRow {
  return {
    ...columns,
    owner: workspace.owner,
    workspaceId: workspace.workspaceId,
    id: snapshotId,
    totalSizeBytes: String(totalSizeBytes),
    createdAt: new Date(createdAt),
  };
}

function snapshotOf({
  owner,
  workspaceId,
  id,
  totalSizeBytes,
  createdAt,
  ...columns
}: StateSnapshotRow): Snapshot {
  return {
    ...columns,
    workspace: { owner, workspaceId },
    snapshotId: id,
    totalSizeBytes: Number(totalSizeBytes),
    createdAt: createdAt.toISOString(),
  };
}
