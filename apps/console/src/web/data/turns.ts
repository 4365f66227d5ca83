import {
  type TurnState,
  type UndoOptions,
  type Undone,
  useAnswer,
  useTurn as useOneTurn,
  useTurns as useTurnList,
} from '@nexus-state/react';
import { refreshSpace, withData } from './queries';
import type { Space } from './space';
import { useWork } from './use-work';

/** What to take back: an open turn, which ends with it, or the changes that match. */
export type TakeBack =
  | { readonly kind: 'abort'; readonly turnId: string }
  | { readonly kind: 'undo'; readonly criteria: Omit<UndoOptions, 'preview' | 'signal'> };

/** The turns of agents in a workspace, newest first. */
export const useTurns = ({ id, owner }: Space, state: TurnState | undefined) =>
  withData(useTurnList(id, { owner, state }));

/** A turn, what was changed in it, and what others changed under it. */
export const useTurn = ({ id, owner }: Space, turnId: string) => useOneTurn(id, turnId, { owner });

function takeBack({ handle }: Space, what: TakeBack, preview: boolean): Promise<Undone> {
  if (what.kind === 'abort') return handle.turns.abort(what.turnId, { preview });
  return handle.undo({ ...what.criteria, preview });
}

/** What taking back would come to now; read again when somebody changes something meanwhile. */
export function useTakeBackPreview(space: Space, what: TakeBack) {
  return useAnswer(['take-back', what], () => takeBack(space, what, true), {
    owner: space.owner,
    workspaceId: space.id,
    renewOn: ({ kind }) => kind === 'change',
  });
}

/** Takes changes back, and reads the workspace again. */
export function useTakeBack(space: Space, what: TakeBack) {
  return useWork(async () => {
    try {
      return await takeBack(space, what, false);
    } finally {
      await refreshSpace(space);
    }
  });
}
