import type { Instant, JsonObject, PanelState } from '@nexus-state/client';
import { useCallback, useMemo, useState } from 'react';
import { type Owned, type PanelAddress, panelName, panelOf } from '../stores/panel-address';
import { useLast } from './last';
import { useDocument } from './use-panel';
import { type Value, useValue } from './use-value';
import { useDocumentView } from './view';

/** A place in the history of a panel: a version, an instant, or the present. */
export interface Place {
  readonly version?: number | undefined;
  readonly at?: Instant | undefined;
}

/** A state with its version. */
export interface PastState<T> extends Omit<PanelState<T>, 'updatedAt'> {
  /** Not there in the present. */
  readonly updatedAt?: string;
}

/** A panel at a place in its history. */
export interface TimeTravel<T> extends Value<PastState<T>> {
  /** The state there; the one before, as long as it is being read. */
  readonly state: T | undefined;
  /** The version of `state`. */
  readonly version: number | undefined;
  /** The newest version, where it is known. */
  readonly latest: number | undefined;
  /** Whether this is the present, which goes on. */
  readonly isLive: boolean;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
  /** Goes to the version after this one; after the newest one, to the present. */
  next(): void;
  /** Goes to the version before this one. */
  previous(): void;
  /** Goes to a version or an instant; to the present, where none is given. */
  goTo(place?: Place): void;
}

/** How long a version that was read is kept, in milliseconds: it never changes. */
const versionKeptMs = 30_000;

const whole = (state: object) => state;

/** A panel as it was at a version or an instant, and as it is: with a way from each version to the next. */
export function useTimeTravel<T extends object = JsonObject>(
  workspaceId: string,
  panelId: string,
  { owner, version, at }: Owned & Place = {},
): TimeTravel<T> {
  const address: PanelAddress = { owner, workspaceId, panelId };
  const [place, setPlace] = useState<Place>({ version, at });
  const isLive = place.version === undefined && place.at === undefined;
  const document = useDocumentView(useDocument(address), whole);
  const latest = document.track('version');
  const past = useValue(
    panelName('version', address, isLive, place.version ?? null, place.at ?? null),
    ({ client }) => ({
      keepMs: place.version && versionKeptMs,
      read: async (signal): Promise<PanelState<T> | null> => {
        // The present comes with the document.
        if (isLive) return null;
        const { version: wanted } = place;
        const where = wanted === undefined ? { at: place.at as Instant } : { version: wanted };
        return panelOf<T>(client, address).get({ ...where, signal });
      },
    }),
  );
  const read = useLast(past.data ?? undefined, `${workspaceId}/${panelId}/${owner ?? ''}`);
  const present = usePresent(document.state as T | undefined, latest);
  const here = isLive ? latest : (place.version ?? past.data?.version);
  const goTo = useCallback((to: Place = {}) => setPlace({ version: to.version, at: to.at }), []);
  const next = useCallback(() => {
    if (here === undefined || isLive) return;
    setPlace(latest !== undefined && here >= latest ? {} : { version: here + 1 });
  }, [here, isLive, latest]);
  const previous = useCallback(() => {
    if (here !== undefined && here > 1) setPlace({ version: here - 1 });
  }, [here]);
  const { error: absence } = document.snapshot;
  return useMemo(() => {
    const data = isLive ? present : read;
    const error = isLive ? absence : past.error;
    return {
      data,
      state: data?.state,
      version: data?.version,
      latest,
      isLive,
      loading: isLive ? !present && !absence : past.loading,
      error,
      hasNext: here !== undefined && !isLive,
      hasPrevious: here !== undefined && here > 1,
      next,
      previous,
      goTo,
      refresh: past.refresh,
    };
  }, [isLive, present, read, absence, past, latest, here, next, previous, goTo]);
}

function usePresent<T>(state: T | undefined, version: number | undefined): PastState<T> | undefined {
  return useMemo(
    () => (state === undefined || version === undefined ? undefined : { state, version }),
    [state, version],
  );
}
