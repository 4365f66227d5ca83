import type { JsonObject } from '@nexus-state/client';
import { useMemo, useSyncExternalStore } from 'react';
import { useSelect } from './select';
import { type Panel, type PanelOptions, panelOfView, useDocument, usePanelVerbs } from './use-panel';
import { useDocumentView } from './view';

/** A panel whose state is there. */
export interface SuspensePanel<T, S = T> extends Panel<T, S> {
  readonly state: S;
}

const never = () => () => undefined;

/**
 * As `usePanel`, but waits for the state: the nearest `<Suspense>` shows its fallback meanwhile. Why there is no state is thrown
 * to the nearest error boundary. A server does not wait: it leaves the fallback to the browser.
 */
export function useSuspensePanel<T extends object = JsonObject, S = T>(
  workspaceId: string,
  panelId: string,
  { select, owner }: PanelOptions<T, S> = {},
): SuspensePanel<T, S> {
  const isServer = useSyncExternalStore(
    never,
    () => false,
    () => true,
  );
  const source = useDocument({ workspaceId, panelId, owner });
  const view = useDocumentView<S>(source, useSelect(select));
  const verbs = usePanelVerbs<T>(source);
  const panel = useMemo(() => panelOfView(view, verbs), [view, verbs]);
  if (isServer) throw new Error('A panel is opened in the browser only: the server renders the fallback.');
  const { state, error } = view.snapshot;
  if (state) return panel as SuspensePanel<T, S>;
  if (error) throw error;
  const { store, release } = source.hold();
  const waiting = store.wait();
  release();
  throw waiting;
}
