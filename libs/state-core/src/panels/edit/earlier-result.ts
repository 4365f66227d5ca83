import { IdempotencyKeyReused } from '../../errors';
import { keptFor } from '../is-repeated';
import type { IdempotentRequest, KeptResponse } from '../model';

/** A panel as a transaction left it. */
export interface TransactedPanel {
  readonly panelId: string;
  readonly version: number;
}

/** What a transaction is recognized by. */
interface RepeatableTransaction {
  readonly operations: readonly { readonly op: string; readonly panelId: string }[];
  readonly request?: IdempotentRequest | undefined;
}

/**
 * What an earlier request with the same idempotency key came to, or undefined when there was none.
 * @param find looks for what is kept under the key of a request that changes these panels
 * @throws IdempotencyKeyReused
 */
export async function earlierResult(
  { operations, request }: RepeatableTransaction,
  find: (request: IdempotentRequest, panelIds: readonly string[]) => Promise<KeptResponse | undefined>,
): Promise<readonly TransactedPanel[] | undefined> {
  if (!request) return undefined;
  const written = new Map<string, number>();
  for (const { op, panelId } of operations)
    if (op !== 'check') written.set(panelId, (written.get(panelId) ?? 0) + 1);
  const kept = keptFor(request, await find(request, [...written.keys()]));
  if (kept?.fingerprint === undefined) return kept && resultOfOldKey(kept, written);
  const panels = kept.answer['panels'] as unknown as readonly TransactedPanel[];
  return panels.map(({ panelId, version }) => ({ panelId, version }));
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
