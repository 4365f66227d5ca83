import {
  type JsonObject,
  type JsonPatch,
  type PatchRequest,
  PatchFailed,
  applyPatch,
  compareStates,
  inverseOf,
  isJsonObject,
} from '@nexus-state/documents';
import type { Acceptance } from './messages';
import { type Outcome, type Rebased, rebaseRequest } from './rebased-request';

/** A pending change as it is stored. */
export interface StoredChange {
  readonly id: string;
  readonly ops: PatchRequest;
  /** The version that it was sent with; not there as long as it was not sent. */
  readonly sentVersion?: number;
  /** What others have done since it was sent; not there where the confirmed state is still the one that it was made on. */
  readonly moved?: Moved;
  readonly accepted?: Acceptance;
  /** The changes that it takes back, where it does nothing else. */
  readonly takesBack?: readonly string[];
}

/** A change that was sent, and over which others went on. */
export interface Moved {
  /** The state that its operations were made on. */
  readonly base: JsonObject;
  /** What leads from there to the confirmed state, oldest first. */
  readonly since: readonly JsonPatch[];
  /** What the change comes to on the confirmed state: the pending changes after it are made on the outcome. */
  readonly patch: JsonPatch;
}

/** How many changes of others are kept one by one while the answer to a change is awaited. */
const maxSince = 500;

/** One change of this client that the confirmed state does not hold yet. */
export class PendingChange {
  /** The server's answer, while the updates before it are still on their way. */
  accepted: Acceptance | undefined;
  /** The version that it was sent with. From then on it stays as it is. */
  sentVersion: number | undefined;
  /** The state before it, as it is now. */
  current: JsonObject;
  /** The state with it. */
  after: JsonObject;
  /** Leads from `current` to `after`. */
  patch: JsonPatch;
  #ops: PatchRequest;
  #base: JsonObject;
  #applied: JsonPatch[] = [];
  #takesBack: readonly string[];

  /** @throws PatchFailed when the operations do not apply to `base`, or leave no object */
  constructor(
    readonly id: string,
    base: JsonObject,
    ops: PatchRequest,
    takesBack: readonly string[] = [],
  ) {
    this.#ops = ops;
    this.#base = base;
    this.current = base;
    this.#takesBack = takesBack;
    ({ after: this.after, patch: this.patch } = applied(base, ops));
  }

  get ops(): PatchRequest {
    return this.#ops;
  }

  /** The state that its operations were made on. */
  get base(): JsonObject {
    return this.#base;
  }

  get isSent(): boolean {
    return this.sentVersion !== undefined;
  }

  /** Whether the server has not answered yet. */
  get isUnanswered(): boolean {
    return this.isSent && !this.accepted;
  }

  /**
   * Adds operations of the same turn.
   * @param takesBack the changes that the operations take back, where they do nothing else
   * @returns the patch that takes them back
   * @throws PatchFailed
   */
  extend(
    ops: PatchRequest,
    takesBack: readonly string[] = [],
  ): { readonly step: JsonPatch; readonly inverse: PatchRequest } {
    const { after, patch } = applied(this.after, ops);
    const inverse = inverseOf(this.after, ops);
    const isStep = takesBack.length > 0 && !takesBack.includes(this.id);
    const wasStep = this.#ops.length === 0 || this.#takesBack.length > 0;
    this.#takesBack = isStep && wasStep ? [...this.#takesBack, ...takesBack] : [];
    this.#ops = [...this.#ops, ...ops];
    this.patch = [...this.patch, ...patch];
    this.after = after;
    return { step: patch, inverse };
  }

  /** Takes it that changes are not made after all. Tells whether it took back nothing but these, so that it is needless. */
  isNeedlessWithout(lost: readonly string[]): boolean {
    if (this.#takesBack.length === 0) return false;
    this.#takesBack = this.#takesBack.filter((id) => !lost.includes(id));
    return this.#takesBack.length === 0;
  }

  /**
   * Moves over a change of what is before it. One that was sent keeps its operations and wins in sight, until the server
   * decides; one that was not is rewritten, or conflicts for good.
   */
  moveOver(step: JsonPatch, current: JsonObject): Outcome {
    const stale = { base: this.#base, ops: this.#ops, applied: [...this.#applied, step], current };
    const merged = rebaseRequest(stale);
    if (!this.isSent) {
      if ('conflicts' in merged) return merged;
      this.#base = current;
      this.#ops = merged.ops;
      return this.#show(current, merged);
    }
    this.#applied.push(step);
    // What is shown may then be less exact; what becomes of the change is the server's to decide.
    if (this.#applied.length > maxSince) this.#applied = [compareStates(this.#base, current)];
    const shown = 'conflicts' in merged ? rebaseRequest(stale, 'overwrite') : merged;
    // What cannot be shown at all stays out of sight until the server has decided.
    return this.#show(current, 'conflicts' in shown ? { ops: [], patch: [], value: current } : shown);
  }

  #show(current: JsonObject, rebased: Rebased): Rebased {
    this.current = current;
    this.after = rebased.value;
    this.patch = rebased.patch;
    return rebased;
  }

  /** Puts it on an equal state, without looking. */
  settleOn(state: JsonObject): void {
    if (this.#applied.length === 0) this.#base = state;
    this.current = state;
  }

  /** What is to be kept where the process may end. */
  stored(): StoredChange {
    const { id, sentVersion, accepted, patch } = this;
    const since = [...this.#applied];
    const takesBack = this.#takesBack;
    return {
      id,
      ops: this.#ops,
      ...(sentVersion === undefined ? {} : { sentVersion }),
      ...(since.length === 0 ? {} : { moved: { base: this.#base, since, patch } }),
      ...(accepted ? { accepted } : {}),
      ...(takesBack.length === 0 ? {} : { takesBack }),
    };
  }

  /**
   * Goes on where a change was stored.
   * @param current the state before it, as it was then
   * @throws PatchFailed when it was not stored with that state
   */
  static restored(stored: StoredChange, current: JsonObject): PendingChange {
    const { id, ops, sentVersion, moved, accepted, takesBack } = stored;
    const change = new PendingChange(id, moved?.base ?? current, ops, takesBack);
    change.sentVersion = sentVersion;
    change.accepted = accepted;
    if (moved) {
      change.#applied = [...moved.since];
      // Not merged anew: that may come to something else than what the next change was made on.
      const { after, patch } = applied(current, moved.patch);
      change.#show(current, { ops, value: after, patch });
    }
    return change;
  }
}

function applied(base: JsonObject, ops: PatchRequest): { after: JsonObject; patch: JsonPatch } {
  const { value, patch } = applyPatch(base, ops);
  if (!isJsonObject(value)) throw new PatchFailed(ops.length - 1, '', 'the state would be no object.');
  return { after: value, patch: patch.filter(({ op }) => op !== 'test') };
}
