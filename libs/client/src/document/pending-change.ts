import {
  type JsonObject,
  type JsonPatch,
  type PatchRequest,
  PatchFailed,
  applyPatch,
  isJsonObject,
} from '@nexus-state/documents';
import { inverseOf } from './inverse';
import type { Acceptance } from './messages';
import { type Outcome, type Rebased, rebaseRequest } from './rebased-request';

/** A pending change as it is stored. */
export interface StoredChange {
  readonly id: string;
  readonly ops: PatchRequest;
  /** The version that it was sent with; not there as long as it was not sent. */
  readonly sentVersion?: number;
  /** The state at that version, where it is not the confirmed one any more. */
  readonly base?: JsonObject;
  readonly accepted?: Acceptance;
}

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
  readonly #applied: JsonPatch[] = [];

  /** @throws PatchFailed when the operations do not apply to `base`, or leave no object */
  constructor(
    readonly id: string,
    base: JsonObject,
    ops: PatchRequest,
  ) {
    this.#ops = ops;
    this.#base = base;
    this.current = base;
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
   * @returns the patch that takes them back
   * @throws PatchFailed
   */
  extend(ops: PatchRequest): { readonly step: JsonPatch; readonly inverse: PatchRequest } {
    const { after, patch } = applied(this.after, ops);
    const inverse = inverseOf(this.after, ops);
    this.#ops = [...this.#ops, ...ops];
    this.patch = [...this.patch, ...patch];
    this.after = after;
    return { step: patch, inverse };
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
  stored(confirmed: JsonObject): StoredChange {
    const { id, sentVersion, accepted } = this;
    return {
      id,
      ops: this.#ops,
      ...(sentVersion === undefined ? {} : { sentVersion }),
      ...(sentVersion === undefined || this.#base === confirmed ? {} : { base: this.#base }),
      ...(accepted ? { accepted } : {}),
    };
  }
}

function applied(base: JsonObject, ops: PatchRequest): { after: JsonObject; patch: JsonPatch } {
  const { value, patch } = applyPatch(base, ops);
  if (!isJsonObject(value)) throw new PatchFailed(ops.length - 1, '', 'the state would be no object.');
  return { after: value, patch: patch.filter(({ op }) => op !== 'test') };
}
