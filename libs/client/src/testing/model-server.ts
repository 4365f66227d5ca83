import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type PatchRequest,
  applyPatch,
  isJsonObject,
  rebase,
} from '@nexus-state/documents';
import type { Acceptance, Sending, ServerMessage } from '../document/messages';

/** A change as the server has taken it. */
export interface Taken {
  readonly id: string;
  readonly actor: string;
  readonly version: number;
  readonly patch: JsonPatch;
}

/** What the server says to a change. */
export type Verdict = Acceptance | { readonly conflicts: readonly Conflict[] };

/** One document as the service keeps it: versions, a history, merging of stale changes, and answers that are remembered. */
export class ModelServer {
  readonly history: Taken[] = [];
  readonly #states: JsonObject[];
  readonly #verdicts = new Map<string, Verdict>();

  constructor(initial: JsonObject) {
    this.#states = [initial];
  }

  /** The version now; the first one is 1. */
  get version(): number {
    return this.#states.length;
  }

  get state(): JsonObject {
    return this.#states.at(-1) as JsonObject;
  }

  /** Takes a change, once for each id. */
  patch(actor: string, sending: Sending): Verdict {
    const known = this.#verdicts.get(sending.id);
    if (known) return known;
    const verdict = this.#decide(actor, sending);
    this.#verdicts.set(sending.id, verdict);
    return verdict;
  }

  /** The updates after a version. */
  after(version: number): ServerMessage[] {
    return this.history
      .filter((taken) => taken.version > version)
      .map(({ version: at, patch, actor }) => ({ kind: 'update', version: at, patch, actor }));
  }

  /** The whole state. */
  sync(): ServerMessage {
    return { kind: 'sync', version: this.version, state: this.state };
  }

  #decide(actor: string, { id, ops, version }: Sending): Verdict {
    const base = this.#states[version - 1] as JsonObject;
    if (version === this.version) {
      const { value, patch } = applyPatch(base, ops);
      const changes = patch.filter(({ op }) => op !== 'test');
      return { version: this.#append(id, actor, value as JsonObject, changes) };
    }
    const applied = this.history.filter((taken) => taken.version > version).map(({ patch }) => patch);
    const outcome = rebase({ base, incoming: ops, applied, current: this.state, onConflict: 'merge' });
    if (outcome.outcome === 'conflict') return { conflicts: outcome.conflicts };
    if (!isJsonObject(outcome.value)) return { conflicts: [] };
    return { version: this.#append(id, actor, outcome.value, outcome.patch), patch: outcome.patch };
  }

  #append(id: string, actor: string, value: JsonObject, patch: JsonPatch): number {
    this.#states.push(value);
    this.history.push({ id, actor, version: this.version, patch });
    return this.version;
  }
}

/** A patch request that is read from JSON, as the wire would. */
export function overTheWire<T extends PatchRequest | ServerMessage | Sending>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
