import { useMemo, useSyncExternalStore } from 'react';
import { useNexus } from '../provider';
import type { SharedStore } from '../stores/shared-store';
import { type MakeStore, type StoreName, keyOf, storesOf } from '../stores/stores';

/** A store that a component reads, made when it is first used. */
export interface Source<S extends object, Store extends SharedStore<S>> {
  readonly initial: S;
  subscribe(listener: () => void): () => void;
  /** What there is now: nothing is asked for. */
  read(): S;
  /** The same on a server, and for the first rendering after it. */
  readInitial(): S;
  /** Uses the store, which the caller has to release. */
  hold(): { readonly store: Store; release(): void };
  /**
   * Does something with the store, which is used as long as that takes. What a caller does not wait for may fail unheard: the
   * store shows the error.
   */
  act<R>(action: (store: Store) => Promise<R>): Promise<R>;
}

/**
 * The store of a name.
 * @param make makes it from what the name holds
 */
export function useSource<S extends object, Store extends SharedStore<S>>(
  name: StoreName,
  make: MakeStore<Store>,
  initial: S,
): Source<S, Store> {
  const client = useNexus();
  const key = keyOf(name);
  return useMemo(() => {
    const stores = storesOf(client);
    const hold = () => {
      const store = stores.open(name, make);
      return { store, release: store.hold() };
    };
    return {
      initial,
      subscribe: (listener) => stores.open(name, make).subscribe(listener),
      read: () => (stores.peek(key)?.snapshot as S | undefined) ?? initial,
      readInitial: () => initial,
      hold,
      act: <R>(action: (store: Store) => Promise<R>): Promise<R> => {
        const { store, release } = hold();
        const done = action(store).finally(release);
        done.catch(() => undefined);
        return done;
      },
    };
    // What is made, and its name, are the same for an equal key.
  }, [client, key]);
}

/** The snapshot of a source: renders again with every new one. */
export function useSnapshot<S extends object, Store extends SharedStore<S>>(source: Source<S, Store>): S {
  return useSyncExternalStore(source.subscribe, source.read, source.readInitial);
}
