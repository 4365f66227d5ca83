import { randomUUID } from 'node:crypto';
import { SnapshotFailed, SnapshotPending } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import {
  type MajorChange,
  type SnapshotRequest,
  isDueBefore,
  preAiEditSnapshot,
  preDeleteSnapshot,
} from './model';
import { ChangeCounter, type TriggerPorts } from './change-counter';

/** How the triggers behave. */
export interface TriggerOptions {
  /** How long a change waits for the snapshot before it, in milliseconds. */
  readonly waitMs: number;
  /** The least pause that ends a burst of changes, in milliseconds. */
  readonly burstPauseMs: number;
  /** So many changes since the newest snapshot call for one; 0 for never. */
  readonly afterChanges: number;
}

/** So many of the newest changes are looked at: with more than these, no worker has been there for long. */
const lookedAt = 1_000;
/** Where a snapshot was not taken in time, changes go on for so long without asking for one. */
const quietAfterFailureMs = 30_000;
/** Snapshots of others that are waited for before one's own is believed to be superfluous. */
const maxRounds = 3;

const types = { 'ai-edit': preAiEditSnapshot, deletion: preDeleteSnapshot } as const;
const descriptions = {
  'ai-edit': 'Before an AI changed the workspace',
  deletion: 'Before panels were deleted',
} as const;

/** A check that is under way, and the next one, which all callers that come meanwhile share. */
interface SharedRun {
  readonly current: Promise<void>;
  next?: Promise<void>;
}

/**
 * Asks for the snapshots that changes call for. A change never fails because of them, and waits for a short time at most;
 * failures are reported to the observer.
 */
export class SnapshotTriggers {
  readonly #runs = new Map<string, SharedRun>();
  readonly #quietUntil = new Map<string, number>();
  readonly #counter: ChangeCounter;

  constructor(
    private readonly ports: TriggerPorts,
    private readonly options: TriggerOptions,
  ) {
    this.#counter = new ChangeCounter(ports, options.afterChanges);
  }

  /**
   * Waits until a snapshot holds what a major change is about to change, where one is due. Changes that come at the same
   * time share one.
   * @param actor who makes the change
   */
  async before(change: MajorChange, workspace: WorkspaceKey, actor: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.options.waitMs)));
    await Promise.race([this.#sharedRun(change, workspace, actor), late]);
    clearTimeout(timer);
  }

  /**
   * Waits until a snapshot holds a workspace as it is before a turn; for a short time at most.
   * @param actor who begins the turn
   * @returns the id of the snapshot; undefined where it was not taken in time
   */
  async beforeTurn(workspace: WorkspaceKey, actor: string): Promise<string | undefined> {
    if (this.#isQuiet(workspace)) return undefined;
    try {
      const request = { ...requestBefore('ai-edit', workspace, actor), description: 'Before a turn' };
      return await this.#take(request, this.options.waitMs);
    } catch (error) {
      this.#fail('ai-edit', workspace, error);
      return undefined;
    }
  }

  /** See `ChangeCounter.changed`. */
  changed(workspace: WorkspaceKey, changes: number): void {
    this.#counter.changed(workspace, changes);
  }

  /** Ends the counting: nothing is asked for any more. */
  close(): void {
    this.#counter.close();
  }

  /** A look that begins from now on; it never fails. */
  #sharedRun(change: MajorChange, workspace: WorkspaceKey, actor: string): Promise<void> {
    const text = `${change} ${textOf(workspace)}`;
    const run = this.#runs.get(text);
    const look = () => this.#look(change, workspace, actor);
    if (run) {
      run.next ??= run.current.then(() => this.#begin(text, look));
      return run.next;
    }
    return this.#begin(text, look);
  }

  #begin(text: string, look: () => Promise<void>): Promise<void> {
    const run: SharedRun = {
      current: look().finally(() => {
        if (!run.next) this.#runs.delete(text);
      }),
    };
    this.#runs.set(text, run);
    return run.current;
  }

  async #look(change: MajorChange, workspace: WorkspaceKey, actor: string): Promise<void> {
    if (this.#isQuiet(workspace)) return;
    try {
      await this.#secure(change, workspace, actor);
    } catch (error) {
      this.#fail(change, workspace, error);
    }
  }

  #fail(change: MajorChange, workspace: WorkspaceKey, error: unknown): void {
    this.#quietUntil.set(textOf(workspace), Date.now() + quietAfterFailureMs);
    this.ports.observer.triggerFailed(workspace, change, error);
  }

  async #secure(change: MajorChange, workspace: WorkspaceKey, actor: string): Promise<void> {
    const { coverage } = this.ports;
    const end = Date.now() + this.options.waitMs;
    for (let round = 1; round <= maxRounds; round++) {
      const uncovered = await coverage.uncovered(workspace, lookedAt);
      if (!isDueBefore(change, uncovered, this.options.burstPauseMs)) return;
      const request = requestBefore(change, workspace, actor);
      // That of another process may have begun before the newest change.
      if ((await this.#take(request, Math.max(0, end - Date.now()))) === request.snapshotId) return;
    }
  }

  /** @returns the id of the snapshot that was taken @throws SnapshotPending, SnapshotFailed, Unavailable */
  async #take(request: SnapshotRequest, waitMs: number): Promise<string> {
    const { queue } = this.ports;
    const jobId = await queue.request(request);
    const result = await queue.waitFor(jobId, waitMs);
    if (!result) {
      // No worker has begun it, so none is running; and taken later it would not be what its type says.
      if (await queue.withdraw(jobId)) this.#quietUntil.set(everywhere, Date.now() + quietAfterFailureMs);
      throw new SnapshotPending(jobId, this.options.waitMs);
    }
    if (result.outcome === 'failed') throw new SnapshotFailed(jobId, result.reason);
    return jobId;
  }

  #isQuiet(workspace: WorkspaceKey): boolean {
    const now = Date.now();
    for (const [text, until] of this.#quietUntil) if (until <= now) this.#quietUntil.delete(text);
    return this.#quietUntil.has(everywhere) || this.#quietUntil.has(textOf(workspace));
  }
}

const everywhere = '';

function requestBefore(change: MajorChange, workspace: WorkspaceKey, actor: string): SnapshotRequest {
  return {
    workspace: { owner: workspace.owner, workspaceId: workspace.workspaceId },
    snapshotId: randomUUID(),
    type: types[change],
    description: descriptions[change],
    requestedBy: actor,
    automatic: true,
    push: true,
  };
}

function textOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${workspaceId}/${owner}`;
}
