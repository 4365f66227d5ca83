import type { WorkspaceKey } from '../panels/model';
import type { SnapshotCoverage, SnapshotQueue } from './ports';
import type { MajorChange } from './model';
import { automaticSnapshot } from './scan-changes';

/** Notified of triggered snapshots that were not taken. The changes are made all the same. */
export interface TriggerObserver {
  triggerFailed(workspace: WorkspaceKey, trigger: MajorChange | 'many-changes', error: unknown): void;
}

/** What the triggers need. */
export interface TriggerPorts {
  readonly queue: SnapshotQueue;
  readonly coverage: Pick<SnapshotCoverage, 'uncovered'>;
  readonly observer: TriggerObserver;
}

interface Count {
  /** Made here since the last look. */
  changes: number;
  /** Not before this time is it looked again. */
  nextLook: number;
  timer?: NodeJS.Timeout | undefined;
}

/** The least pause between two looks at how much was changed in a workspace, and that after one that failed. */
const pauseMs = 1_000;
const failurePauseMs = 30_000;

/** The least pause after a snapshot was asked for: where everything changes all the time, snapshots would take what writes need. */
const snapshotPauseMs = 10_000;

/** Workspaces whose changes are counted; of more than these, those that were changed least recently are forgotten. */
const maxCounted = 10_000;

/**
 * Asks for a snapshot of a workspace where many changes were made since the newest one. Changes are counted in memory, as
 * hints when to look: each time this process has made a tenth of them, the store is asked how many there are, by all
 * processes together. So a snapshot is asked for at the latest when each process has made a tenth too many; but each
 * process asks for one of a workspace every ten seconds at most.
 */
export class ChangeCounter {
  readonly #counts = new Map<string, Count>();

  /** @param afterChanges so many changes call for a snapshot; 0 for never */
  constructor(
    private readonly ports: TriggerPorts,
    private readonly afterChanges: number,
  ) {}

  /** Takes note of accepted changes. Takes no time. */
  changed({ owner, workspaceId }: WorkspaceKey, changes: number): void {
    if (this.afterChanges === 0) return;
    const text = `${workspaceId}/${owner}`;
    const count = this.#counts.get(text) ?? { changes: 0, nextLook: 0 };
    count.changes += changes;
    // Behind those that were changed less recently.
    this.#counts.delete(text);
    this.#counts.set(text, count);
    this.#forget();
    if (count.timer !== undefined || count.changes < Math.floor(this.afterChanges / 10)) return;
    const waitMs = Math.max(0, count.nextLook - Date.now());
    count.timer = setTimeout(() => void this.#look({ owner, workspaceId }, count), waitMs).unref();
  }

  /** Forgets what was counted: nothing is asked for any more. */
  close(): void {
    for (const { timer } of this.#counts.values()) clearTimeout(timer);
    this.#counts.clear();
  }

  async #look(workspace: WorkspaceKey, count: Count): Promise<void> {
    Object.assign(count, { changes: 0, nextLook: Date.now() + pauseMs, timer: undefined });
    try {
      const uncovered = await this.ports.coverage.uncovered(workspace, this.afterChanges);
      if (uncovered.count < this.afterChanges) return;
      await this.ports.queue.request(automaticSnapshot(workspace));
      count.nextLook = Date.now() + snapshotPauseMs;
    } catch (error) {
      count.nextLook = Date.now() + failurePauseMs;
      this.ports.observer.triggerFailed(workspace, 'many-changes', error);
    }
  }

  #forget(): void {
    for (const [text, { timer }] of this.#counts) {
      if (this.#counts.size <= maxCounted) return;
      clearTimeout(timer);
      this.#counts.delete(text);
    }
  }
}
