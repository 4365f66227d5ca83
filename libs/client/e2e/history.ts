import type { JsonValue, PatchRequest } from '@nexus-state/documents';
import type { LiveDocument, NexusClient, NexusError } from '../src';
import { MergeConflictError } from '../src';
import { randomOps, seeded } from '../src/testing/random-ops';

/** One author of a seeded history: makes random changes of a document, and keeps what became of each. */
export class Author {
  readonly resolved: { readonly version: number; readonly mark: string }[] = [];
  readonly rejected: string[] = [];
  /** The versions that taking changes back has made, and those of making them again. */
  readonly steps = { undo: new Set<number>(), redo: new Set<number>() };
  readonly #random: () => number;
  readonly #open: Promise<unknown>[] = [];
  readonly #troubles: string[] = [];
  #count = 0;

  constructor(
    readonly name: string,
    readonly client: NexusClient,
    readonly document: LiveDocument<object>,
    seed: number,
  ) {
    this.#random = seeded(seed);
    document.on('error', (error) => this.#troubles.push(String(error)));
  }

  /** Makes a change, which leaves a mark that no other one leaves; or undoes or redoes one, in a turn of its own. */
  async act(): Promise<void> {
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
        (written) => this.resolved.push({ version: written?.version ?? 0, mark }),
        (error: NexusError) => {
          if (!(error instanceof MergeConflictError)) throw error;
          this.rejected.push(mark);
        },
      ),
    );
  }

  /** Done when every change has its answer. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
    await this.document.flushed();
  }

  /** How far it is, for the message of a failure. */
  report(): string {
    const { status, version, pending } = this.document;
    return `${this.name}: ${status}, version ${version}, ${pending} pending, ${this.#open.length} made, ${this.resolved.length + this.rejected.length} answered; ${this.#troubles.slice(-4).join(' | ')}`;
  }

  get made(): number {
    return this.#count;
  }

  #step(kind: 'undo' | 'redo'): void {
    this.#open.push(
      this.document[kind]().then(
        (written) => written && this.steps[kind].add(written.version),
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
