import { createHash } from 'node:crypto';
import type { JsonObject } from '@nexus-state/documents';
import type { Change } from './panel';
import type { WorkspaceKey } from './panel-key';

/** A request that its caller may repeat, because it got no answer. */
export interface IdempotentRequest {
  /** Who sends it: the token's `sub`. Keys of different callers never meet. */
  readonly actor: string;
  /** The caller's name for it: `Idempotency-Key`. */
  readonly key: string;
  /** SHA-256 of what it asks for, hex: a repeated request has the same one, another request another one. */
  readonly fingerprint: string;
}

/** A key of a workspace as a store keeps it: by it, a repeated request is recognized and answered. */
export interface KeyClaim {
  readonly request: IdempotentRequest;
  /** What the repeated request is answered from. Plain JSON, small. A panel's change is named: `{panelId, version}`. */
  readonly answer: JsonObject;
}

/** A key that is claimed for no panel alone. */
export interface WorkspaceClaim extends KeyClaim {
  readonly workspace: WorkspaceKey;
}

/** A claim whose answer says which revision was made, or was there. */
export function withRevision<Claim extends KeyClaim>(claim: Claim, revision: number): Claim {
  return { ...claim, answer: { ...claim.answer, revision } };
}

/** What a store has kept under a key. */
export interface KeptResponse {
  /** Of the request that claimed the key; undefined where a service of an earlier version wrote it. */
  readonly fingerprint: string | undefined;
  readonly answer: JsonObject;
  /** The change that the answer names; of an earlier version, those of the panels that were asked for. */
  readonly changes: readonly Change[];
}

/** How long a key is kept at least, in milliseconds. */
export const keyRetentionMs = 24 * 3600 * 1000;

/** What a store knows a key of a workspace by: SHA-256 of caller and key, hex, so that it is always of the same size. */
export function keyHash({ actor, key }: Pick<IdempotentRequest, 'actor' | 'key'>): string {
  return createHash('sha256')
    .update(JSON.stringify([actor, key]))
    .digest('hex');
}

/** Whether a request is the one that claimed its key. What an earlier release kept has no fingerprint, and counts as it. */
export function isRepetition(
  { fingerprint }: Pick<IdempotentRequest, 'fingerprint'>,
  kept: Pick<KeptResponse, 'fingerprint'>,
): boolean {
  return kept.fingerprint === undefined || kept.fingerprint === fingerprint;
}
