import type { ConnectionStatus } from '@nexus-state/client';
import { useMemo, useSyncExternalStore } from 'react';
import { useNexus } from '../provider';
import type { Owned } from '../stores/panel-address';

/** The connection that all panels share. */
export interface ConnectionValue {
  /** `idle` while no panel is open, `connecting` before the first connection, `offline` while there is none after it. */
  readonly status: ConnectionStatus;
  /** The same as `status`. */
  readonly data: ConnectionStatus;
  readonly loading: boolean;
  readonly error: Error | undefined;
  /** Connects at once, where it waits to try again. */
  refresh(): Promise<void>;
}

const idle = (): ConnectionStatus => 'idle';

/** How the connection is that all panels share. */
export function useConnection({ owner }: Owned = {}): ConnectionValue {
  const client = useNexus();
  const { subscribe, read, refresh } = useMemo(() => {
    const connection = client.connection({ owner });
    return {
      subscribe: (listener: () => void) => connection.onStatus(listener),
      read: () => connection.status,
      refresh: async () => connection.reconnect(),
    };
  }, [client, owner]);
  const status = useSyncExternalStore(subscribe, read, idle);
  return useMemo(
    () => ({ status, data: status, loading: status === 'connecting', error: undefined, refresh }),
    [status, refresh],
  );
}
