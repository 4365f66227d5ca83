import type { WorkspaceHandle } from '@nexus-state/client';
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useSession } from '../session/context';

/** The workspace that is open. */
export interface Space {
  readonly id: string;
  /** Whose it is, where the address says so. */
  readonly owner: string | undefined;
  readonly handle: WorkspaceHandle;
  /** Begins the keys of everything that is read of it. */
  readonly key: readonly [string, string | undefined, string];
}

/** The workspace of the address. */
export function useSpace(): Space {
  const { ws = '' } = useParams({ strict: false });
  const { owner } = useSearch({ strict: false });
  const { client } = useSession();
  return useMemo(
    () => ({
      id: ws,
      owner,
      handle: client.workspace(ws, owner === undefined ? {} : { owner }),
      key: ['workspace', owner, ws] as const,
    }),
    [client, ws, owner],
  );
}
