import type {
  Abortable,
  TurnBegun,
  TurnChanges,
  TurnItem,
  TurnOptions,
  TurnState,
  Undone,
  WorkspaceHandle,
} from '@nexus-state/client';
import { useMemo } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';
import { refreshesAfter } from '../stores/stores';
import { given } from './given';
import { type List, type ListOptions, defaultPageSize, useList } from './use-list';
import { type Value, useValue } from './use-value';

type Turns = WorkspaceHandle['turns'];

/** The turns of a workspace, and what begins and ends them. */
export interface TurnList extends List<TurnItem> {
  /** Begins one; the writes that name its `turnId` belong to it. */
  begin(options: TurnOptions): Promise<TurnBegun>;
  /** Ends one; its changes stay. */
  commit(...given: Parameters<Turns['commit']>): ReturnType<Turns['commit']>;
  /** Takes exactly its changes back, and ends it; with `preview` it only says what would happen. */
  abort(...given: Parameters<Turns['abort']>): Promise<Undone>;
}

/** Which turns to list. */
export interface TurnsOptions extends Owned, ListOptions {
  /** Only those in this state, such as `open`. */
  readonly state?: TurnState | undefined;
}

/** One turn, with its changes and what others changed under it, and what ends it. */
export interface Turn extends Value<TurnItem & TurnChanges> {
  commit(options?: Abortable): ReturnType<Turns['commit']>;
  abort(options?: Parameters<Turns['abort']>[1]): Promise<Undone>;
}

/** The turns of a workspace, newest first. */
export function useTurns(
  workspaceId: string,
  { owner, state, pageSize = defaultPageSize }: TurnsOptions = {},
): TurnList {
  const client = useNexus();
  const list = useList<TurnItem>(['turns', owner ?? null, workspaceId, state ?? null, pageSize], () => ({
    pageSize,
    keyOf: ({ turnId }) => turnId,
    read: (signal) => client.workspace(workspaceId, { owner }).turns.list({ ...given({ state }), signal }),
  }));
  const verbs = useTurnVerbs(workspaceId, owner);
  return useMemo(() => ({ ...list, ...verbs }), [list, verbs]);
}

/** One turn. Its changes are read again when it ends here, and by `refresh`. */
export function useTurn(workspaceId: string, turnId: string, { owner }: Owned = {}): Turn {
  const client = useNexus();
  const value = useValue<TurnItem & TurnChanges>(['turn', owner ?? null, workspaceId, turnId], () => ({
    read: (signal) => client.workspace(workspaceId, { owner }).turns.get(turnId, { signal }),
  }));
  const { commit, abort } = useTurnVerbs(workspaceId, owner);
  return useMemo(
    () => ({
      ...value,
      commit: (options) => commit(turnId, options),
      abort: (options) => abort(turnId, options),
    }),
    [value, commit, abort, turnId],
  );
}

function useTurnVerbs(
  workspaceId: string,
  owner: string | undefined,
): Pick<TurnList, 'begin' | 'commit' | 'abort'> {
  const client = useNexus();
  return useMemo(() => {
    const { turns } = client.workspace(workspaceId, { owner });
    const told = refreshesAfter(client, workspaceId, ['turns', 'turn']);
    return {
      begin: (...given) => told(turns.begin(...given)),
      commit: (...given) => told(turns.commit(...given)),
      abort: (...given) => told(turns.abort(...given)),
    };
  }, [client, workspaceId, owner]);
}
