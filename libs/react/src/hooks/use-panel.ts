import type { DocumentStatus, JsonObject, PatchRequest, Written } from '@nexus-state/client';
import { useMemo } from 'react';
import {
  type DocumentSnapshot,
  type DocumentStore,
  loadingDocument,
  makeDocumentStore,
} from '../stores/document-store';
import { type Owned, type PanelAddress, panelName } from '../stores/panel-address';
import { type Source, useSource } from './source';
import { type Select, useSelect } from './select';
import { type DocumentView, useDocumentView } from './view';

/** What of a panel to show. */
export interface PanelOptions<T, S = T> extends Owned {
  /** A JSON Pointer, or a function: `state` is the part that it gives. */
  readonly select?: Select<T, S> | undefined;
}

/** What changes a panel. The functions stay the same from one rendering to the next. */
export interface PanelVerbs<T> {
  /**
   * Changes the panel, at once: by what a function does to a draft of the whole state, or by operations of JSON Patch and `inc`.
   * @returns resolves when it is durable; rejects where it was refused, which `error` says, too
   */
  change(change: ((draft: T) => void) | PatchRequest): Promise<Written | undefined>;
  /** Writes the whole state, as the single changes that lead to it. */
  replace(state: T): Promise<Written | undefined>;
  /** Takes the last change of this page back, moved over what others have done since. */
  undo(): Promise<Written | undefined>;
  /** Makes again what `undo` took back last. */
  redo(): Promise<Written | undefined>;
  /** Makes the panel, where it is not there. */
  create(state: T): Promise<Written>;
}

/** A panel, live. What is read of it renders the component again when it changes. */
export interface Panel<T, S = T> extends PanelVerbs<T> {
  /** What the user sees: the state, or the part that was selected. Undefined before it is known, and where there is no panel. */
  readonly state: S | undefined;
  /** The version that is confirmed. */
  readonly version: number | undefined;
  readonly status: DocumentStatus;
  /** How many own changes are not durable. */
  readonly pending: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Neither there nor refused yet. */
  readonly loading: boolean;
  /** Why the panel cannot be shown, such as `NotFoundError`, or why the last own change was refused. */
  readonly error: Error | undefined;
}

/**
 * A panel, live. All components that show it share one document. `state` and `error` render the component again when they
 * change, the rest only where it was read.
 *
 * ```tsx
 * const { state: brightness, change } = usePanel<Lamp, number>('garden', 'lamp', { select: '/brightness' });
 * ```
 * @param workspaceId of the workspace
 * @param panelId of the panel
 */
export function usePanel<T extends object = JsonObject, S = T>(
  workspaceId: string,
  panelId: string,
  { select, owner }: PanelOptions<T, S> = {},
): Panel<T, S> {
  const source = useDocument({ workspaceId, panelId, owner });
  const view = useDocumentView<S>(source, useSelect(select));
  const verbs = usePanelVerbs<T>(source);
  return useMemo(() => panelOfView(view, verbs), [view, verbs]);
}

/** The document that all components share that show a panel. */
export function useDocument(address: PanelAddress): Source<DocumentSnapshot, DocumentStore> {
  return useSource(panelName('document', address), makeDocumentStore(address), loadingDocument);
}

/** What changes the panel of a source. */
export function usePanelVerbs<T extends object>(
  source: Source<DocumentSnapshot, DocumentStore>,
): PanelVerbs<T> {
  return useMemo(
    () => ({
      change: (change) =>
        source.act((store) =>
          store.act((live) => live.change(change as PatchRequest | ((draft: object) => void))),
        ),
      replace: (state) => source.act((store) => store.act((live) => live.replace(state))),
      undo: () => source.act((store) => store.act((live) => live.undo())),
      redo: () => source.act((store) => store.act((live) => live.redo())),
      create: (state) => source.act((store) => store.create(state)),
    }),
    [source],
  );
}

/** A view with verbs; reading what not every component shows is noticed. */
export function panelOfView<T, S>(view: DocumentView<S>, verbs: PanelVerbs<T>): Panel<T, S> {
  const { state, snapshot } = view;
  return {
    ...verbs,
    state,
    error: snapshot.error,
    loading: !snapshot.state && !snapshot.error,
    get version() {
      return view.track('version');
    },
    get status() {
      return view.track('status');
    },
    get pending() {
      return view.track('pending');
    },
    get canUndo() {
      return view.track('canUndo');
    },
    get canRedo() {
      return view.track('canRedo');
    },
  };
}
