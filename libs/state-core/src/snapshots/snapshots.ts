import { SnapshotPending } from '../errors';
import type { BulkChangePorts } from '../panels/edit';
import type { IdempotentRequest, WorkspaceKey } from '../panels/model';
import type { ChangeFeed, KeyStore } from '../panels/ports';
import { type PanelDifference, compareContents } from './compare-contents';
import { type ClearWorkspace, clearWorkspace } from './clear-workspace';
import type { LoggedCommit, SnapshotJob, SnapshotQueue, WorkspaceReader, WorkspaceWriter } from './ports';
import {
  type RestorePorts,
  type RestoreResult,
  type RestoreWorkspace,
  restoreWorkspace,
} from './restore-workspace';
import { type ListSnapshots, type SnapshotPage, listSnapshots } from './list-snapshots';
import {
  type ContentName,
  type SnapshotPorts,
  type SnapshotReading,
  contentOf,
  readSnapshot,
} from './read-snapshot';
import { type ReadSnapshotJob, readSnapshotJob } from './read-snapshot-job';
import type { HistoryPorts } from '../panels';
import {
  type AskForSnapshot,
  type StartedSnapshot,
  type TakenSnapshot,
  startSnapshot,
} from './request-snapshot';
import { startSnapshotOnce } from './start-snapshot-once';
import { pastWorkspace } from './past-workspace';
import { type WorkspaceContent, presentContent } from './workspace-content';
import type { Proposer } from '../proposals/ports';
import type { VisiblePanels } from '../workspaces/access';

/** What the snapshots of a door need. */
export interface SnapshotsPorts extends SnapshotPorts, HistoryPorts {
  readonly queue: SnapshotQueue;
  readonly feed: Pick<ChangeFeed, 'revision'>;
  readonly keys: KeyStore;
  readonly reader: WorkspaceReader;
  readonly writer: WorkspaceWriter;
  /** What changes of many panels at once are made with: `StateCore.bulkChanges`. */
  readonly changes: BulkChangePorts;
  /** Where restores go that approval rules hold back. */
  readonly proposer: Proposer;
  /** Lets changes of panels into a turn. */
  readonly admitToTurn: RestorePorts['admitToTurn'];
  /** How long a request waits for a worker, in milliseconds. */
  readonly waitMs: number;
}

/** The use cases of snapshots, put together: what a door calls. Every method is one use case, described there. */
export class Snapshots {
  constructor(private readonly ports: SnapshotsPorts) {}

  /** @param request whose idempotency key is claimed for the snapshot */
  async request(command: AskForSnapshot, request?: IdempotentRequest): Promise<TakenSnapshot> {
    const { waitMs } = this.ports;
    const { jobId, taken } = await this.start(command, waitMs, request);
    if (!taken) throw new SnapshotPending(jobId, waitMs);
    return taken;
  }

  /**
   * @param waitMs how long the caller would wait; never longer than any request does
   * @param request whose idempotency key is claimed for the snapshot
   */
  start(command: AskForSnapshot, waitMs: number, request?: IdempotentRequest): Promise<StartedSnapshot> {
    const patient = { ...command, waitMs: Math.min(waitMs, this.ports.waitMs) };
    return request ? startSnapshotOnce(patient, request, this.ports) : startSnapshot(patient, this.ports);
  }

  restore(command: Omit<RestoreWorkspace, 'waitMs'>): Promise<RestoreResult> {
    const { changes, waitMs } = this.ports;
    return restoreWorkspace({ ...command, waitMs }, { ...changes, ...this.ports });
  }

  clear(command: Omit<ClearWorkspace, 'waitMs'>): Promise<number | undefined> {
    const { changes, queue, waitMs } = this.ports;
    return clearWorkspace({ ...command, waitMs }, { ...changes, queue });
  }

  readJob(query: ReadSnapshotJob): Promise<SnapshotJob> {
    return readSnapshotJob(query, this.ports);
  }

  list(query: ListSnapshots): Promise<SnapshotPage> {
    return listSnapshots(query, this.ports);
  }

  /** See `CommitLog.log`. */
  commits(workspace: WorkspaceKey, limit: number): Promise<readonly LoggedCommit[]> {
    return this.ports.commits.log(workspace, limit);
  }

  read(query: { readonly workspace: WorkspaceKey; readonly snapshotId: string }): Promise<SnapshotReading> {
    return readSnapshot(query, this.ports);
  }

  /**
   * A workspace as it is now, or as a snapshot or commit holds it.
   * @throws SnapshotNotFound, CommitNotFound, Unavailable
   */
  content(workspace: WorkspaceKey, name?: ContentName): Promise<WorkspaceContent> {
    return name ? contentOf(workspace, name, this.ports) : presentContent(workspace, this.ports);
  }

  /**
   * A workspace as it was at a revision, of the panels that the caller can see.
   * @throws RevisionNotFound where it has not reached the revision; Unavailable
   */
  past(workspace: WorkspaceKey, revision: number, visible: VisiblePanels): Promise<WorkspaceContent> {
    return pastWorkspace(workspace, { revision, visible }, this.ports);
  }

  compare(from: WorkspaceContent, to: WorkspaceContent): AsyncIterable<PanelDifference> {
    return compareContents(from, to, this.ports.large);
  }
}
