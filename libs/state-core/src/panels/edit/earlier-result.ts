import { IdempotencyKeyReused } from '../../errors';
import { keptFor } from '../is-repeated';
import type { IdempotentRequest, KeptResponse, WorkspaceKey } from '../model';
import type { ChangeFeed, PanelStore } from '../ports';

/** A panel as a transaction left it. */
export interface TransactedPanel {
  readonly panelId: string;
  readonly version: number;
}

/** What a transaction came to. */
export interface Transacted {
  /** The revision that its changes make together; that of the workspace, where it only checked. */
  readonly revision: number;
  /** The panels that were changed, in the order they were first named. */
  readonly panels: readonly TransactedPanel[];
}

/** What a transaction is recognized by. */
interface RepeatableTransaction {
  readonly workspace: WorkspaceKey;
  readonly operations: readonly { readonly op: string; readonly panelId: string }[];
  readonly request?: IdempotentRequest | undefined;
}

/** Where the revision of an earlier transaction is found. */
interface RevisionPorts {
  readonly store: Pick<PanelStore, 'changesSince'>;
  readonly feed: Pick<ChangeFeed, 'revision'>;
}

/** Looks for what is kept under the key of a request that changes these panels. */
export type FindKept = (
  request: IdempotentRequest,
  panelIds: readonly string[],
) => Promise<KeptResponse | undefined>;

/**
 * What an earlier request with the same idempotency key came to, or undefined when there was none.
 * @param ports the store has the revision in its history; the feed has that of the workspace, for a transaction that only checked
 * @throws IdempotencyKeyReused, Unavailable
 */
export async function earlierResult(
  { workspace, operations, request }: RepeatableTransaction,
  find: FindKept,
  ports: RevisionPorts,
): Promise<Transacted | undefined> {
  if (!request) return undefined;
  const written = new Map<string, number>();
  for (const { op, panelId } of operations)
    if (op !== 'check') written.set(panelId, (written.get(panelId) ?? 0) + 1);
  const kept = keptFor(request, await find(request, [...written.keys()]));
  if (!kept) return undefined;
  const panels =
    kept.fingerprint === undefined
      ? resultOfOldKey(kept, written)
      : (kept.answer['panels'] as unknown as readonly TransactedPanel[]);
  return {
    // A release before kept none.
    revision: (kept.answer['revision'] as number | undefined) ?? (await revisionOf(workspace, panels, ports)),
    panels: panels.map(({ panelId, version }) => ({ panelId, version })),
  };
}

async function revisionOf(
  workspace: WorkspaceKey,
  [panel]: readonly TransactedPanel[],
  { store, feed }: RevisionPorts,
): Promise<number> {
  if (!panel) return feed.revision(workspace);
  const { panelId, version } = panel;
  const [change] = await store.changesSince({ ...workspace, panelId }, version - 1, 1);
  return change?.revision ?? 0;
}

/**
 * Reads what the version before kept: the first change of each panel.
 * @param written how many operations change each panel
 * @throws IdempotencyKeyReused where it changed other panels
 */
function resultOfOldKey(
  { changes }: KeptResponse,
  written: ReadonlyMap<string, number>,
): readonly TransactedPanel[] {
  return [...written].map(([panelId, steps]) => {
    const first = changes.find(({ key }) => key.panelId === panelId);
    if (!first) throw new IdempotencyKeyReused();
    return { panelId, version: first.version + steps - 1 };
  });
}
