import { type WorkspaceKey, isBehindPosition } from '../panels/model';
import { type Turn, type TurnKey, type TurnState, turnAt } from '../turns/model';
import type { TurnQuery, TurnStore } from '../turns/ports';

/** Turns in memory: for tests. */
export class MemoryTurnStore implements TurnStore {
  readonly #turns = new Map<string, Turn>();

  /** @param now the clock */
  constructor(private readonly now: () => Date = () => new Date()) {}

  async begin(workspace: WorkspaceKey, turn: Turn): Promise<void> {
    this.#turns.set(textOf({ ...workspace, turnId: turn.turnId }), turn);
  }

  async read(key: TurnKey): Promise<Turn | undefined> {
    const turn = this.#turns.get(textOf(key));
    return turn && turnAt(turn, this.now());
  }

  async list(workspace: WorkspaceKey, { state, limit, after }: TurnQuery): Promise<readonly Turn[]> {
    return [...this.#turns]
      .filter(([text]) => text.startsWith(textOf({ ...workspace, turnId: '' })))
      .map(([, turn]) => turnAt(turn, this.now()))
      .filter((turn) => state === undefined || turn.state === state)
      .sort((a, b) => (`${a.startedAt} ${a.turnId}` < `${b.startedAt} ${b.turnId}` ? 1 : -1))
      .filter(({ startedAt, turnId }) => isBehindPosition({ at: startedAt, id: turnId }, after))
      .slice(0, limit);
  }

  async commit(key: TurnKey): Promise<boolean> {
    return this.end(key, 'committed');
  }

  /** Ends a turn, where it is open. @returns whether it was */
  end(key: TurnKey, state: TurnState): boolean {
    const turn = this.#turns.get(textOf(key));
    if (!turn || !this.isOpen(key, turn.turnId)) return false;
    this.#turns.set(textOf(key), { ...turn, state, endedAt: this.now().toISOString() });
    return true;
  }

  /** Whether a write may be made in a turn; where it names none, it may. */
  isOpen({ owner, workspaceId }: WorkspaceKey, turnId: string | undefined): boolean {
    if (turnId === undefined) return true;
    const turn = this.#turns.get(textOf({ owner, workspaceId, turnId }));
    return turn !== undefined && turnAt(turn, this.now()).state === 'open';
  }
}

function textOf({ owner, workspaceId, turnId }: TurnKey): string {
  return `${workspaceId}/${owner}\n${turnId}`;
}
