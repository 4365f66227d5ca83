import type { Decide, GroupCommit, Written } from '../group-commit';
import type { PanelKey } from '../model';
import type { ReadPorts } from '../panel-ports';

/**
 * Group commit whose replays are as visible as what they replay: the process that made the change may have died before
 * it renewed the cached copy, and acknowledging the retry promises that the next read sees it.
 */
export class ReplaySafeCommit {
  constructor(
    private readonly commit: GroupCommit,
    private readonly ports: ReadPorts,
  ) {}

  /** See `GroupCommit.write`. */
  async write(
    key: PanelKey,
    decide: Decide,
    idempotencyKey?: string,
    seenVersion?: number,
  ): Promise<Written> {
    const written = await this.commit.write(key, decide, idempotencyKey, seenVersion);
    if (written.replayed) await renewCopy(key, this.ports);
    return written;
  }
}

/** Renews the cached copy of a panel from the store. */
export async function renewCopy(
  key: PanelKey,
  { store, copies }: Pick<ReadPorts, 'store' | 'copies'>,
): Promise<void> {
  const panel = await store.read(key);
  if (panel) await copies.write(panel);
}
