import type {
  ChangeEvent,
  ConflictEvent,
  JsonObject,
  LiveDocument,
  NexusError,
  Present,
} from '@nexus-state/react';
import { useEffect, useRef, useState } from 'react';
import type { Space } from '../data/space';

export type PanelDocument = LiveDocument<JsonObject>;

/** What a live document shows now. */
export interface DocumentView {
  readonly document: PanelDocument | undefined;
  readonly isReady: boolean;
  readonly status: PanelDocument['status'];
  readonly version: number | undefined;
  readonly pending: number;
  readonly others: readonly Present[];
  readonly error: unknown;
}

/** What happens to a document that its editor must know at once. */
export interface DocumentListener {
  change(document: PanelDocument, event: ChangeEvent): void;
  conflict(document: PanelDocument, event: ConflictEvent): void;
}

const empty: DocumentView = {
  document: undefined,
  isReady: false,
  status: 'connecting',
  version: undefined,
  pending: 0,
  others: [],
  error: undefined,
};

/** Opens a panel while the component is there. */
export function useDocument({ handle }: Space, panelId: string, listener: DocumentListener): DocumentView {
  const [view, setView] = useState(empty);
  const heard = useRef(listener);
  heard.current = listener;
  useEffect(() => {
    const document = handle.panel(panelId).open();
    const show = (more: Partial<DocumentView> = {}) =>
      setView((before) => ({
        ...before,
        document,
        isReady: document.state !== undefined,
        status: document.status,
        version: document.version,
        pending: document.pending,
        ...more,
      }));
    document.on('change', (event) => {
      heard.current.change(document, event);
      show({ error: undefined });
      // What is confirmed has no event of its own.
      if (document.pending > 0) void document.flushed().then(() => show(), ignore);
    });
    document.on('conflict', (event) => {
      heard.current.conflict(document, event);
      show();
    });
    document.on('status', () => show());
    document.on('presence', (others) => show({ others: [...others] }));
    document.on('error', (error: NexusError) => show({ error }));
    document.ready.then(() => show({ error: undefined }), ignore);
    setView({ ...empty, document });
    return () => void document.close();
  }, [handle, panelId]);
  return view;
}

/** It is told by an event, too. */
const ignore = () => undefined;
