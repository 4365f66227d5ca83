import type { JsonObject } from '@nexus-state/documents';
import type { IdempotentRequest, KeptResponse, WorkspaceKey } from '../model';

/**
 * The idempotency keys of a workspace, for what is not written by the store of panels itself: that one claims keys together
 * with its changes. Every method throws `Unavailable` when the store cannot be reached or does not answer in time.
 */
export interface KeyStore {
  /**
   * Claims a key, durably. Of several that claim one key at the same time, one wins.
   * @returns undefined when the key is the caller's; else what is kept under it
   */
  claim(
    workspace: WorkspaceKey,
    request: IdempotentRequest,
    answer: JsonObject,
  ): Promise<KeptResponse | undefined>;

  /** Keeps another answer under a key that the request has claimed; does nothing where it is no longer the request's. */
  complete(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject): Promise<void>;

  /** Frees a key whose request came to nothing; only where exactly this answer is kept. */
  release(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject): Promise<void>;

  /**
   * Forgets keys of all workspaces that were claimed longer ago than `ageMs`.
   * @param signal ends the work between two batches; what was forgotten stays forgotten
   * @returns how many
   */
  forget(ageMs: number, signal: AbortSignal): Promise<number>;
}
