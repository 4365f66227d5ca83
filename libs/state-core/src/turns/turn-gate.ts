import { OutsideTurn, TurnEnded, TurnNotFound } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import { type Turn, panelsOfTurn } from './model';
import type { TurnStore } from './ports';

/**
 * Lets a change into a turn. That the turn is still open is checked again as the change is stored.
 * @param turnId undefined for a change that belongs to none
 * @param panelIds the panels that it changes
 * @throws TurnNotFound, TurnEnded, OutsideTurn; Unavailable
 */
export async function admitToTurn(
  { owner, workspaceId }: WorkspaceKey,
  turnId: string | undefined,
  panelIds: readonly string[],
  { turns }: { readonly turns: Pick<TurnStore, 'read'> },
): Promise<Turn | undefined> {
  if (turnId === undefined) return undefined;
  const turn = await openTurn({ owner, workspaceId }, turnId, turns);
  const panels = panelsOfTurn(turn);
  const outside = panelIds.find((panelId) => !panels.includes(panelId));
  if (outside !== undefined) throw new OutsideTurn(turnId, outside);
  return turn;
}

/** @throws TurnNotFound, TurnEnded; Unavailable */
export async function openTurn(
  workspace: WorkspaceKey,
  turnId: string,
  turns: Pick<TurnStore, 'read'>,
): Promise<Turn> {
  const turn = await turns.read({ ...workspace, turnId });
  if (!turn) throw new TurnNotFound(turnId);
  if (turn.state !== 'open') throw new TurnEnded(turnId, turn.state);
  return turn;
}
