import { type NexusClient, type WorkspaceHandle, useNexus } from '@nexus-state/react';
import { useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';

/** The workspace that is open. */
export interface Space {
  readonly id: string;
  /** Whose it is, where the address says so. */
  readonly owner: string | undefined;
  readonly client: NexusClient;
  readonly handle: WorkspaceHandle;
}

/** The workspace of the address. */
export function useSpace(): Space {
  const { ws = '' } = useParams({ strict: false });
  const { owner } = useSearch({ strict: false });
  const client = useNexus();
  return useMemo(
    () => ({ id: ws, owner, client, handle: client.workspace(ws, owner === undefined ? {} : { owner }) }),
    [client, ws, owner],
  );
}
