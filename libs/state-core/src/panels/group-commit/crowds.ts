import type { WorkspaceKey } from '../model';

/**
 * Which batches a write goes with: those of workspaces that are written much at the moment, or those of all others. Writes of one workspace
 * wait for each other in the store, which numbers them one after the other; the writes of another workspace, in the same batch,
 * would wait with them.
 */
export type Lane = 'shared' | 'crowded';

export const lanes: readonly Lane[] = ['shared', 'crowded'];

/** The writes of one workspace that are under way. */
export interface Crowd {
  writes: number;
}

/** Counts the writes that are under way, workspace by workspace. */
export class Crowds {
  readonly #crowds = new Map<string, Crowd>();

  /** @param crowdedFrom how many writes make a workspace a crowded one */
  constructor(private readonly crowdedFrom: number) {}

  /** Counts a write to its workspace until it is settled; gives what it gives. */
  async count<T>(workspace: WorkspaceKey, write: Promise<T>): Promise<T> {
    const crowd = this.of(workspace);
    crowd.writes++;
    try {
      return await write;
    } finally {
      crowd.writes--;
      if (crowd.writes === 0) this.#crowds.delete(textOf(workspace));
    }
  }

  /** The crowd of a workspace, which has a write that is about to be counted, or was. */
  of(workspace: WorkspaceKey): Crowd {
    const text = textOf(workspace);
    let crowd = this.#crowds.get(text);
    if (!crowd) {
      crowd = { writes: 0 };
      this.#crowds.set(text, crowd);
    }
    return crowd;
  }

  /** The lane that the writes of a crowd go with at the moment. */
  laneOf({ writes }: Crowd): Lane {
    return writes >= this.crowdedFrom ? 'crowded' : 'shared';
  }

  /** How many workspaces have writes under way. */
  get size(): number {
    return this.#crowds.size;
  }
}

function textOf({ owner, workspaceId }: WorkspaceKey): string {
  // No id of a workspace has a line feed.
  return `${workspaceId}\n${owner}`;
}
