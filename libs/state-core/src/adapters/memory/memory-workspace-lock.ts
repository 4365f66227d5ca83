import type { WorkspaceKey } from '../../panel';
import type { WorkspaceLock } from '../../ports';

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
