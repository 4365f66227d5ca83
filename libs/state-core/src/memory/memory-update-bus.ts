import type { Change, WorkspaceKey } from '../panels/model';
import type { UpdateBus, UpdateListener } from '../ports';
import { type WorkspaceEvent, workspaceOf } from '../workspaces';

/** Updates within this process: for tests. */
export class MemoryUpdateBus implements UpdateBus {
  readonly #listeners = new Map<string, Set<UpdateListener>>();

  async publish(change: Change): Promise<void> {
    this.#tell(change.key, (listener) => listener.heard(change));
  }

  async announce(event: WorkspaceEvent): Promise<void> {
    this.#tell(workspaceOf(event), (listener) => listener.told(event));
  }

  #tell(workspace: WorkspaceKey, tell: (listener: UpdateListener) => void): void {
    for (const listener of [...(this.#listeners.get(nameOf(workspace)) ?? [])]) {
      try {
        tell(listener);
      } catch {
        // One listener's mistake is not the others' loss.
      }
    }
  }

  async subscribe(workspace: WorkspaceKey, listener: UpdateListener): Promise<() => Promise<void>> {
    const name = nameOf(workspace);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return async () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(name);
    };
  }
}

function nameOf({ owner, workspaceId }: WorkspaceKey): string {
  return `${owner}/${workspaceId}`;
}
