import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import type { DocumentSnapshot, DocumentStore } from '../stores/document-store';
import { share } from '../stores/share';
import type { Source } from './source';

/** What of a document renders again only where it was read. */
export type Tracked = Exclude<keyof DocumentSnapshot, 'state' | 'error'>;

/** A document as one component sees it. */
export interface View<S> {
  readonly source: object;
  /** The newest one of those that look the same to the component. */
  snapshot: DocumentSnapshot;
  readonly state: S | undefined;
}

/** What a component sees, and how it says that it reads something. */
export interface DocumentView<S> extends View<S> {
  /** Reads something, which renders the component again from then on. */
  track<K extends Tracked>(name: K): DocumentSnapshot[K];
}

/**
 * The part of a document that a component shows: the same view as long as nothing has changed that the component reads.
 * @param select gives the part
 */
export function useDocumentView<S>(
  source: Source<DocumentSnapshot, DocumentStore>,
  select: (state: object) => S,
): DocumentView<S> {
  const [tracked] = useState(() => new Set<Tracked>());
  const shown = useRef<View<S> | undefined>(undefined);
  const [read, readInitial] = useMemo(() => {
    const selectFrom = viewOf(source, select, tracked, () => shown.current);
    const initial = { source, snapshot: source.initial, state: undefined };
    return [() => selectFrom(source.read()), () => initial];
  }, [source, select, tracked]);
  const view = useSyncExternalStore(source.subscribe, read, readInitial);
  useEffect(() => {
    shown.current = view;
  }, [view]);
  return useMemo(
    () => ({
      ...view,
      track: (name) => {
        tracked.add(name);
        return view.snapshot[name];
      },
    }),
    [view, tracked],
  );
}

/** Makes views of snapshots: the one before, where the component does not see a difference. */
function viewOf<S>(
  source: object,
  select: (state: object) => S,
  tracked: ReadonlySet<Tracked>,
  shown: () => View<S> | undefined,
): (snapshot: DocumentSnapshot) => View<S> {
  let last: View<S> | undefined;
  let selected: { readonly from: object; readonly part: S } | undefined;
  return (snapshot) => {
    const { state, error } = snapshot;
    const before = last ?? ofSource(source, shown());
    if (last?.snapshot === snapshot) return last;
    if (!state) selected = undefined;
    else if (selected?.from !== state) selected = { from: state, part: share(before?.state, select(state)) };
    const isSame =
      before !== undefined &&
      Object.is(before.state, selected?.part) &&
      !before.snapshot.state === !state &&
      before.snapshot.error === error &&
      [...tracked].every((name) => Object.is(before.snapshot[name], snapshot[name]));
    if (isSame) before.snapshot = snapshot;
    last = isSame ? before : { source, snapshot, state: selected?.part };
    return last;
  };
}

function ofSource<S>(source: object, view: View<S> | undefined): View<S> | undefined {
  return view?.source === source ? view : undefined;
}
