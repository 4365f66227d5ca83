import type { TurnState, UndoOptions, Undone } from '@nexus-state/client';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { refreshSpace } from './queries';
import type { Space } from './space';

/** What to take back: an open turn, which ends with it, or the changes that match. */
export type TakeBack =
  | { readonly kind: 'abort'; readonly turnId: string }
  | { readonly kind: 'undo'; readonly criteria: Omit<UndoOptions, 'preview' | 'signal'> };

/** The turns of agents in a workspace, newest first. */
export function useTurns({ handle, key }: Space, state: TurnState | undefined) {
  return useInfiniteQuery({
    queryKey: [...key, 'turns', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      handle.turns
        .list({ signal, ...(state === undefined ? {} : { state }) })
        .page({ limit: 50, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

/** A turn, what was changed in it, and what others changed under it. */
export function useTurn({ handle, key }: Space, turnId: string) {
  return useQuery({
    queryKey: [...key, 'turn', turnId],
    queryFn: ({ signal }) => handle.turns.get(turnId, { signal }),
  });
}

function takeBack({ handle }: Space, what: TakeBack, preview: boolean): Promise<Undone> {
  if (what.kind === 'abort') return handle.turns.abort(what.turnId, { preview });
  return handle.undo({ ...what.criteria, preview });
}

/** What taking back would come to now; asked for anew each time, because others go on writing. */
export function useTakeBackPreview(space: Space, what: TakeBack) {
  return useQuery({
    queryKey: [...space.key, 'take-back', what],
    staleTime: 0,
    gcTime: 0,
    queryFn: () => takeBack(space, what, true),
  });
}

/** Takes changes back, and reads the workspace again. */
export function useTakeBack(space: Space, what: TakeBack) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => takeBack(space, what, false),
    onSettled: () => refreshSpace(queries, space),
  });
}
