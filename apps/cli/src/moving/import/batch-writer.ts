import { setTimeout as pause } from 'node:timers/promises';
import type { TransactionDone, WorkspaceHandle } from '@nexus-state/client';
import { checksumOf } from '../checksum';
import type { Journal, Made, PendingBatch, PendingPanel } from './journal';
import { batchRefusal } from './refusals';

/** A panel to write, and how often that was tried. */
export interface ToWrite extends PendingPanel {
  readonly attempt: number;
}

/** How long a transaction that is on its way may take after Ctrl-C. */
const graceMs = 3_000;

/** The word that the history shows for changes of an import. */
export const importTrigger = 'import';

/** Writes batches, each as one transaction that the journal knows before it is sent, and after. */
export class BatchWriter {
  readonly #giveUp = new AbortController();

  constructor(
    private readonly workspace: WorkspaceHandle,
    private readonly journal: Journal,
    signal: AbortSignal,
  ) {
    // A transaction that is on its way is waited for, so that what happened is known; but not for long.
    const stop = (): void =>
      void pause(graceMs, undefined, { ref: false }).then(() => this.#giveUp.abort(signal.reason));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  }

  /** @throws as `WorkspaceHandle.transaction`; nothing of the batch is there then, unless there was no answer */
  async write(panels: readonly PendingPanel[]): Promise<void> {
    const named = panels.map(({ place, panelId, state, before }) => ({ place, panelId, state, before }));
    const batch: PendingBatch = { key: this.journal.nextKey(), panels: named };
    await this.journal.begin(batch);
    await this.#send(batch);
  }

  /**
   * Finds out whether the last transaction of a process that was killed has happened, and sees to it that it does: it is sent again
   * under its key. Every panel of it names the version before, so that it happens once, even after the service has forgotten the key.
   */
  async settle(): Promise<void> {
    const batch = this.journal.pending;
    if (!batch) return;
    try {
      await this.#send(batch);
    } catch (error) {
      if (!batchRefusal(error)) throw error;
      const made = await this.#madeEarlier(batch);
      if (made) await this.journal.finish(batch, made);
      else this.journal.dropPending();
    }
  }

  async #send(batch: PendingBatch): Promise<void> {
    const done = await this.workspace.transaction(
      batch.panels.map(({ panelId, state, before }) => ({ op: 'set', panelId, state, version: before ?? 0 })),
      {
        idempotencyKey: batch.key,
        triggeredBy: importTrigger,
        triggerSource: batch.key,
        signal: this.#giveUp.signal,
      },
    );
    await this.journal.finish(batch, madeBy(batch, done));
  }

  /** What the history says that a transaction has made; undefined where it has not happened. */
  async #madeEarlier({ key, panels }: PendingBatch): Promise<ReadonlyMap<string, Made> | undefined> {
    const made = new Map<string, Made>();
    for (const { panelId, state, before } of panels) {
      const entries = this.workspace.panel(panelId).history();
      let version: number | undefined;
      try {
        for await (const entry of entries) {
          if (entry.triggeredBy === importTrigger && entry.triggerSource === key) version = entry.version;
          if (version !== undefined || entry.version <= (before ?? 0)) break;
        }
      } catch (error) {
        if (!batchRefusal(error) && (error as { status?: number }).status !== 404) throw error;
      }
      // A transaction happens as a whole: one panel without it tells of all.
      if (version === undefined) return undefined;
      made.set(panelId, { version, before, checksum: checksumOf(state) });
    }
    return made;
  }
}

function madeBy({ panels }: PendingBatch, done: TransactionDone): ReadonlyMap<string, Made> {
  const versions = new Map(done.panels.map(({ panelId, version }) => [panelId, version]));
  return new Map(
    panels.map(({ panelId, state, before }) => [
      panelId,
      { version: versions.get(panelId) ?? 0, before, checksum: checksumOf(state) },
    ]),
  );
}
