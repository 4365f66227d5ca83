import { useMemo } from 'react';
import { type ValueOrigin, type ValueSnapshot, ValueStore, loadingValue } from '../stores/value-store';
import type { StoreName, Stores } from '../stores/stores';
import { useSnapshot, useSource } from './source';

/** Something that is read. */
export interface Value<T> {
  readonly data: T | undefined;
  /** Whether it is being read. */
  readonly loading: boolean;
  /** Why it could not be read. */
  readonly error: Error | undefined;
  /** Reads it again. */
  refresh(): Promise<void>;
}

/** One answer of the service. */
export function useValue<T>(name: StoreName, origin: (stores: Stores) => ValueOrigin<T>): Value<T> {
  const initial: ValueSnapshot<T> = loadingValue;
  const source = useSource(name, (stores, onStopped) => new ValueStore(origin(stores), onStopped), initial);
  const snapshot = useSnapshot(source);
  return useMemo(
    () => ({ ...snapshot, refresh: () => source.act((store) => store.refresh()) }),
    [source, snapshot],
  );
}
