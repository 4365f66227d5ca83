import { Semaphore } from '../concurrency';
import type { AnnouncePorts } from '../panels';
import { announcing } from '../panels/announce-changes';
import type { Accepted, PendingChanges } from '../panels/group-commit';
import type { Append, WorkspaceKey } from '../panels/model';
import type { PanelStore } from '../panels/ports';

/** What is kept in memory of the changes of one restore, as bytes of their states. */
const keptBytes = 16 * 1024 * 1024;
/** Panels announced at once. */
const announcedAtOnce = 64;

/** The changes that a restore makes, in the order in which the store numbers them; as far as there is room, to be announced. */
export class RestoredChanges {
  readonly #kept: { readonly pending: PendingChanges; readonly ordinal: number }[] = [];
  readonly #left: { readonly panelId: string; readonly before: number }[] = [];
  #ordinal = 1;
  #bytes = 0;

  /** @param room for so many bytes of states */
  constructor(private readonly room = keptBytes) {}

  /** Takes changes that go to the store together; gives them in the order of their panels, by which the store numbers them. */
  together(batch: readonly PendingChanges[]): Append[] {
    const sorted = [...batch].sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1));
    return sorted.map((pending) => {
      const append = pending.toAppend();
      this.#bytes += append.result.stateSizeBytes;
      if (this.#bytes <= this.room) this.#kept.push({ pending, ordinal: this.#ordinal });
      else this.#left.push({ panelId: append.key.panelId, before: append.expectedVersion });
      this.#ordinal += pending.length;
      return append;
    });
  }

  /** Those that are in memory, panel by panel, once they are durable. */
  *accepted(durable: Durable): Generator<readonly Accepted[]> {
    for (const { pending, ordinal } of this.#kept) yield pending.acceptedTogether(durable, ordinal);
  }

  /** The panels of the others, and the versions that they had before their change. */
  get left(): readonly { readonly panelId: string; readonly before: number }[] {
    return this.#left;
  }
}

/** When the changes were made, and the revision that they make together. */
interface Durable {
  readonly occurredAt: string;
  readonly revision: number;
}

/**
 * Announces the changes of a restore. Those that memory had no room for are read again, each with its panel, which may have moved on since.
 * @param announce made before the changes went to the store
 * @throws Unavailable when readers might still get an older version from the cache; the changes remain
 */
export async function announceRestore(
  workspace: WorkspaceKey,
  changes: RestoredChanges,
  durable: Durable,
  announce: ReturnType<typeof announcing>,
  ports: AnnouncePorts & { readonly store: PanelStore },
): Promise<void> {
  const semaphore = new Semaphore(announcedAtOnce);
  let isOneOld = false;
  const announceOne = (work: () => Promise<void>) =>
    semaphore.run(work).catch((error: unknown) => {
      isOneOld = true;
      ports.observer.hintFailed('update', error);
    });
  const announceLeft = async (panelId: string, before: number) => {
    const key = { ...workspace, panelId };
    const announceRead = announcing(ports);
    const [panel, [change]] = await Promise.all([
      ports.store.read(key),
      ports.store.changesSince(key, before, 1),
    ]);
    if (panel && change) await announceRead([{ change, panel }]);
  };
  await Promise.all([
    ...Array.from(changes.accepted(durable), (accepted) => announceOne(() => announce(accepted))),
    ...changes.left.map(({ panelId, before }) => announceOne(() => announceLeft(panelId, before))),
  ]);
  if (isOneOld) await ports.copies.distrust();
}
