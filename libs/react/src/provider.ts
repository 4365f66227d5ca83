import type { NexusClient } from '@nexus-state/client';
import { type ReactElement, type ReactNode, createContext, createElement, useContext } from 'react';

const ClientContext = createContext<NexusClient | undefined>(undefined);

/** What a provider takes. */
export interface NexusProviderProps {
  /** Made once, outside of components: `createClient({ … })`. */
  readonly client: NexusClient;
  readonly children?: ReactNode;
}

/** Gives the hooks below it a client. It does not close the client. */
export function NexusProvider({ client, children }: NexusProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client of the nearest `NexusProvider`. */
export function useNexus(): NexusClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no client: put a <NexusProvider client={…}> around this component.');
  return client;
}
