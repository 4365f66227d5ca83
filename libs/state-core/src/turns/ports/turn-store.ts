import type { PagePosition, WorkspaceKey } from '../../panels/model';
import type { Turn, TurnKey, TurnState } from '../model';

/** Which turns to list. */
export interface TurnQuery {
  readonly state?: TurnState | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Only those behind this place in the list. */
  readonly after?: PagePosition | undefined;
}

/**
 * The turns of workspaces. What is open is seen by the clock of the store: once its time has passed, a turn is given out as expired.
 * Writes of a turn hold it open until they are durable; to end it waits for them. Methods throw `Unavailable` when the store cannot
 * be reached.
 */
export interface TurnStore {
  /** Keeps a new turn. */
  begin(workspace: WorkspaceKey, turn: Turn): Promise<void>;

  /** One turn, or undefined. */
  read(key: TurnKey): Promise<Turn | undefined>;

  /** The turns of a workspace, newest first; equal instants by id, the greater one first. */
  list(workspace: WorkspaceKey, query: TurnQuery): Promise<readonly Turn[]>;

  /** Ends a turn as committed, where it is open. @returns whether it was */
  commit(key: TurnKey): Promise<boolean>;
}
