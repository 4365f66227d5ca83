import { IdempotencyKeyReused } from '../errors';
import { type IdempotentRequest, type KeptResponse, type WorkspaceKey, isRepetition } from './model';
import type { PanelStore } from './ports';

/**
 * Whether a request was made before, so that nothing is to be done for it any more.
 * @param request undefined where it has no idempotency key: then it is not
 * @param panelIds the panels that it changes
 * @throws IdempotencyKeyReused when its key belongs to another request; Unavailable
 */
export async function isRepeated(
  workspace: WorkspaceKey,
  request: IdempotentRequest | undefined,
  panelIds: readonly string[],
  { store }: { readonly store: Pick<PanelStore, 'findKept'> },
): Promise<boolean> {
  if (!request) return false;
  return keptFor(request, await store.findKept(workspace, request, panelIds)) !== undefined;
}

/**
 * What is kept under the key of a request, where the request is the one that claimed it.
 * @param kept what the store has found
 * @throws IdempotencyKeyReused when it is another one
 */
export function keptFor(
  request: IdempotentRequest,
  kept: KeptResponse | undefined,
): KeptResponse | undefined {
  if (kept && !isRepetition(request, kept)) throw new IdempotencyKeyReused();
  return kept;
}
