import type { WriteRequest } from './change-draft';
import type { Crowds, Lane } from './crowds';
import type { Decided } from './decide-waiting';
import type { PanelWriteQueue } from './panel-write-queue';

/** What waits for a batch, first come, first served in each lane. */
export class ReadyWork<R extends WriteRequest, H> {
  readonly #queues: PanelWriteQueue<R, H>[] = [];
  /** What took long to decide. */
  readonly #decided: Decided<R, H>[] = [];

  constructor(private readonly crowds: Crowds) {}

  add(queue: PanelWriteQueue<R, H>): void {
    this.#queues.push(queue);
  }

  addDecided(decided: Decided<R, H>): void {
    this.#decided.push(decided);
  }

  has(lane: Lane): boolean {
    return this.#queues.some(this.#isIn(lane)) || this.#decided.some(({ queue }) => this.#isIn(lane)(queue));
  }

  /** Takes what is decided. @param most at most so many */
  takeDecided(lane: Lane, most: number): Decided<R, H>[] {
    return takeFrom(this.#decided, ({ queue }) => this.#isIn(lane)(queue), most);
  }

  /** Takes queues that are to be decided. @param most at most so many @param which only those */
  takeQueues(
    lane: Lane,
    most: number,
    which: (queue: PanelWriteQueue<R, H>) => boolean = () => true,
  ): PanelWriteQueue<R, H>[] {
    return takeFrom(this.#queues, (queue) => this.#isIn(lane)(queue) && which(queue), most);
  }

  #isIn(lane: Lane): (queue: PanelWriteQueue<R, H>) => boolean {
    return ({ crowd }) => this.crowds.laneOf(crowd) === lane;
  }
}

/** Takes the first items that are wanted out of a list, and leaves the others in their order. */
function takeFrom<T>(list: T[], isWanted: (item: T) => boolean, most: number): T[] {
  const taken: T[] = [];
  let kept = 0;
  for (const item of list) {
    if (taken.length < most && isWanted(item)) taken.push(item);
    else list[kept++] = item;
  }
  list.length = kept;
  return taken;
}
