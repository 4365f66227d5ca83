import { type JsonObject, canonicalJson } from '@nexus-state/documents';
import {
  type IdempotentRequest,
  type KeptResponse,
  type KeyClaim,
  type WorkspaceKey,
  keyHash,
} from '../panels/model';
import type { KeyStore } from '../panels/ports';

interface KeptKey {
  readonly fingerprint: string;
  answer: JsonObject;
  readonly claimedAt: number;
}

/** Idempotency keys in memory: for tests. A store of panels in memory shares it. */
export class MemoryKeyStore implements KeyStore {
  readonly #kept = new Map<string, KeptKey>();

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {}

  /** What is kept under the key of a request. */
  find(workspace: WorkspaceKey, request: IdempotentRequest): KeptResponse | undefined {
    const kept = this.#kept.get(textOf(workspace, request));
    return kept && { fingerprint: kept.fingerprint, answer: kept.answer, changes: [] };
  }

  /** Claims several keys, all of them or none. @returns whether all were free */
  claimAll(workspace: WorkspaceKey, claims: readonly KeyClaim[]): boolean {
    const texts = claims.map(({ request }) => textOf(workspace, request));
    if (new Set(texts).size < texts.length || texts.some((text) => this.#kept.has(text))) return false;
    const claimedAt = this.now().getTime();
    claims.forEach(({ request: { fingerprint }, answer }, index) =>
      this.#kept.set(texts[index] as string, { fingerprint, answer, claimedAt }),
    );
    return true;
  }

  async claim(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject) {
    return this.claimAll(workspace, [{ request, answer }]) ? undefined : this.find(workspace, request);
  }

  async complete(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject): Promise<void> {
    const kept = this.#kept.get(textOf(workspace, request));
    if (kept?.fingerprint === request.fingerprint) kept.answer = answer;
  }

  async release(workspace: WorkspaceKey, request: IdempotentRequest, answer: JsonObject): Promise<void> {
    const kept = this.#kept.get(textOf(workspace, request));
    if (kept?.fingerprint === request.fingerprint && canonicalJson(kept.answer) === canonicalJson(answer))
      this.#kept.delete(textOf(workspace, request));
  }

  async forget(ageMs: number, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const before = this.now().getTime() - ageMs;
    const old = [...this.#kept].filter(([, { claimedAt }]) => claimedAt < before);
    for (const [text] of old) this.#kept.delete(text);
    return old.length;
  }
}

function textOf({ owner, workspaceId }: WorkspaceKey, request: IdempotentRequest): string {
  return `${workspaceId}/${owner} ${keyHash(request)}`;
}
