import type { JsonValue, PatchRequest } from '@nexus-state/documents';
import type { LiveDocument, NexusError } from '../../src';
import { MergeConflictError } from '../../src';
import { randomOps, seeded } from '../../src/testing/random-ops';

/** What became of the changes of an author. */
export interface Outcome {
  /** How many changes were made. */
  readonly made: number;
  readonly resolved: readonly { readonly version: number; readonly mark: string }[];
  readonly rejected: readonly string[];
  /** The versions that taking changes back has made, and those of making them again. */
  readonly undone: readonly number[];
  readonly redone: readonly number[];
  /** What the author sees in the end. */
  readonly state: object | undefined;
  readonly version: number | undefined;
}

/** Whoever takes part in a history, here or in a page. */
export interface Participant {
  /** Makes so many changes. */
  act(count: number): Promise<void>;
  /** Done when every change has its answer. */
  settled(): Promise<void>;
  /** How far it is, for the message of a failure. */
  report(): Promise<string>;
  outcome(): Promise<Outcome>;
}

/** One author of a seeded history: makes random changes of a document, and keeps what became of each. */
export class Author implements Participant {
  readonly #resolved: { readonly version: number; readonly mark: string }[] = [];
  readonly #rejected: string[] = [];
  readonly #steps: { readonly undo: number[]; readonly redo: number[] } = { undo: [], redo: [] };
  readonly #random: () => number;
  readonly #open: Promise<unknown>[] = [];
  readonly #troubles: string[] = [];
  #count = 0;

  constructor(
    readonly name: string,
    readonly document: LiveDocument<object>,
    seed: number,
  ) {
    this.#random = seeded(seed);
    document.on('error', (error) => this.#troubles.push(String(error)));
  }

  async act(count: number): Promise<void> {
    for (let acted = 0; acted < count; acted++) await this.#act();
  }

  /** Makes a change, which leaves a mark that no other one leaves; or undoes or redoes one, in a turn of its own. */
  async #act(): Promise<void> {
    const kind = this.#random();
    if (kind >= 0.15) return this.#change();
    await nextTurn();
    this.#step(kind < 0.1 ? 'undo' : 'redo');
    await nextTurn();
  }

  #change(): void {
    const mark = `${this.name}-${this.#count++}`;
    // The marks stay apart from what the authors change at random, so that each can be found in history.
    const state = this.document.state as { readonly free: JsonValue };
    const inside = randomOps(state.free, Math.floor(this.#random() * 2 ** 31)).map(intoFree);
    const ops: PatchRequest = [...inside, { op: 'add', path: `/marks/${mark}`, value: this.#count }];
    const change = this.document.change(ops);
    this.#open.push(
      change.then(
        (written) => this.#resolved.push({ version: written?.version ?? 0, mark }),
        (error: NexusError) => {
          if (!(error instanceof MergeConflictError)) throw error;
          this.#rejected.push(mark);
        },
      ),
    );
  }

  async settled(): Promise<void> {
    await Promise.all(this.#open);
    await this.document.flushed();
  }

  async report(): Promise<string> {
    const { status, version, pending } = this.document;
    return `${this.name}: ${status}, version ${version}, ${pending} pending, ${this.#open.length} made, ${this.#resolved.length + this.#rejected.length} answered; ${this.#troubles.slice(-4).join(' | ')}`;
  }

  async outcome(): Promise<Outcome> {
    return {
      made: this.#count,
      resolved: this.#resolved,
      rejected: this.#rejected,
      undone: this.#steps.undo,
      redone: this.#steps.redo,
      state: this.document.state,
      version: this.document.version,
    };
  }

  #step(kind: 'undo' | 'redo'): void {
    this.#open.push(
      this.document[kind]().then(
        (written) => written && this.#steps[kind].push(written.version),
        (error: unknown) => {
          if (!(error instanceof MergeConflictError)) throw error;
        },
      ),
    );
  }
}

/** Changes of one turn are one: a mark that is taken away in the same turn never is in history. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function intoFree(operation: PatchRequest[number]): PatchRequest[number] {
  const moved = { ...operation, path: `/free${operation.path}` };
  return 'from' in moved ? { ...moved, from: `/free${moved.from}` } : moved;
}
