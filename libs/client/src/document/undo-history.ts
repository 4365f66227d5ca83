import {
  type Conflict,
  type JsonObject,
  type JsonPatch,
  type PatchRequest,
  compareStates,
} from '@nexus-state/documents';
import { type Outcome, rebaseRequest } from './rebased-request';

/** How many own changes can be taken back. */
const maxSteps = 100;

/** How many changes of others are kept before a step is moved over them. */
const maxApplied = 500;

/** Own changes are taken back from the newest to the oldest, and made again in the order they were taken back. */
type Direction = 'undo' | 'redo';

/** An own change that was made. */
export interface Made {
  readonly id: string;
  /** The state before it and after it. */
  readonly before: JsonObject;
  readonly after: JsonObject;
  /** What takes it back. */
  readonly inverse: PatchRequest;
}

/** What takes one change back, or makes it again. */
interface Step {
  readonly ids: readonly string[];
  /** The state before the change: what the step below it leads up to. */
  readonly before: JsonObject;
  ops: PatchRequest;
  /** The state that `ops` apply to. */
  base: JsonObject;
  /** What others have done since, up to now, or up to the next own change. */
  applied: JsonPatch[];
}

/**
 * The own changes that can be taken back and made again, each moved over what others have done since.
 *
 * A step is kept as it was made. What others do is noted at the newest step of each stack. When a step is gone, the one below
 * it notes what has happened since the change above it was made, without that change: so taking back several changes of one
 * place never meets one's own.
 */
export class UndoHistory {
  readonly #stacks: Record<Direction, Step[]> = { undo: [], redo: [] };

  get canUndo(): boolean {
    return this.#stacks.undo.length > 0;
  }

  get canRedo(): boolean {
    return this.#stacks.redo.length > 0;
  }

  /** Takes in a new change. What was taken back before can not be made again. */
  made(made: Made): void {
    this.#stacks.redo = [];
    this.#push('undo', made);
  }

  /**
   * The newest step, for the state now; it is gone from the history then. `stepped` has to follow, once the step is done.
   * @returns its operations and the changes that they take back; undefined where there is none; conflicts where others have
   *   changed the same since
   */
  take(
    direction: Direction,
    state: JsonObject,
  ):
    | { readonly ops: PatchRequest; readonly ids: readonly string[] }
    | { readonly ops: PatchRequest; readonly conflicts: readonly Conflict[] }
    | undefined {
    const stack = this.#stacks[direction];
    const step = stack.at(-1);
    if (!step) return undefined;
    const outcome = now(step, state);
    if ('conflicts' in outcome) {
      this.#drop(stack, step, state);
      return { ops: step.ops, conflicts: outcome.conflicts };
    }
    return { ops: outcome.ops, ids: step.ids };
  }

  /** Takes in the change that the newest step has made. */
  stepped(direction: Direction, made: Made): void {
    const stack = this.#stacks[direction];
    this.#drop(stack, stack.at(-1) as Step, made.after);
    this.#push(direction === 'undo' ? 'redo' : 'undo', made, false);
  }

  /**
   * Takes in what has happened to the state otherwise.
   * @param lost own changes that were refused: they can not be taken back
   */
  moved(patch: JsonPatch, from: JsonObject, to: JsonObject, lost: readonly string[]): void {
    for (const stack of Object.values(this.#stacks)) {
      for (const id of lost) this.#forget(stack, id, from);
      const top = stack.at(-1);
      if (!top || patch.length === 0) continue;
      top.applied.push(patch);
      if (top.applied.length > maxApplied) this.#bringUpToDate(stack, top, to);
    }
  }

  clear(): void {
    this.#stacks.undo = [];
    this.#stacks.redo = [];
  }

  #push(direction: Direction, { id, before, after, inverse }: Made, isNew = true): void {
    const stack = this.#stacks[direction];
    const last = stack.at(-1);
    // Changes of one turn are taken back as one.
    if (isNew && last?.ids.includes(id) && last.applied.length === 0) {
      stack[stack.length - 1] = { ...last, ops: [...inverse, ...last.ops], base: after };
      return;
    }
    stack.push({ ids: [id], before, ops: inverse, base: after, applied: [] });
    if (stack.length > maxSteps) stack.shift();
  }

  /** Removes the newest step; the one below it then leads up to `state`. */
  #drop(stack: Step[], { before }: Step, state: JsonObject): void {
    stack.pop();
    note(stack.at(-1), before, state);
  }

  #forget(stack: Step[], id: string, state: JsonObject): void {
    for (let index = stack.length - 1; index >= 0; index--) {
      const step = stack[index] as Step;
      if (!step.ids.includes(id)) continue;
      note(stack[index - 1], step.before, stack[index + 1]?.before ?? state);
      stack.splice(index, 1);
    }
  }

  #bringUpToDate(stack: Step[], step: Step, state: JsonObject): void {
    const outcome = now(step, state);
    if ('conflicts' in outcome) return this.#drop(stack, step, state);
    step.ops = outcome.ops;
    step.base = state;
    step.applied = [];
  }
}

function now({ base, ops, applied }: Step, current: JsonObject): Outcome {
  return rebaseRequest({ base, ops, applied, current });
}

function note(step: Step | undefined, from: JsonObject, to: JsonObject): void {
  const patch = step ? compareStates(from, to) : [];
  if (patch.length > 0) step?.applied.push(patch);
}
