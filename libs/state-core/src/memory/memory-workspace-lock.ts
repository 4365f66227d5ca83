import type { WorkspaceKey } from '../panels/model';
import type { WorkspaceLock } from '../snapshots/ports';

/** Exclusive rights within this process: for tests. Never lost. */
export class MemoryWorkspaceLock implements WorkspaceLock {
  readonly #last = new Map<string, Promise<void>>();

  async hold<T>({ owner, workspaceId }: WorkspaceKey, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    const text = `${owner}/${workspaceId}`;
    const before = this.#last.get(text);
    const result = (before ?? Promise.resolve()).then(() => work(new AbortController().signal));
    this.#last.set(
      text,
      result.then(
        () => {},
        () => {},
      ),
    );
    return result;
  }
}
