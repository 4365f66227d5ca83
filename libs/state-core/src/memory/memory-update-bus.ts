import type { Change, WorkspaceKey } from '../panels/model';
import type { UpdateBus, UpdateListener } from '../ports';
import { type WorkspaceEvent, workspaceOf } from '../workspaces';

/** Updates within this process: for tests. */
export class MemoryUpdateBus implements UpdateBus {
  readonly #listeners = new Map<string, Set<UpdateListener>>();

  async publish(change: Change, alone = false): Promise<void> {
    const { key, version, revision, largePatch } = change;
    this.#send(key, (listener) =>
      largePatch ? listener.onReached(key, version, revision) : listener.onChange(change, alone),
    );
  }

  async announce(event: WorkspaceEvent): Promise<void> {
    this.#send(workspaceOf(event), (listener) => listener.onEvent(event));
  }

  #send(workspace: WorkspaceKey, send: (listener: UpdateListener) => void): void {
    for (const listener of [...(this.#listeners.get(nameOf(workspace)) ?? [])]) {
      try {
        send(listener);
      } catch {
        // An error of one listener must not reach the others.
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
