import type { NexusClient } from '@nexus-state/client';
import type { SharedStore } from './shared-store';

/** Names a store: its kind, and what it is about. Equal names are one store. */
export type StoreName = readonly [kind: string, ...about: unknown[]];

/** Makes a store. */
export type MakeStore<Store> = (stores: Stores, onStopped: () => void) => Store;

interface Entry {
  readonly name: StoreName;
  readonly store: SharedStore<object> & { refresh?(): Promise<void> };
}

/** The stores of a client that are in use. */
export class Stores {
  readonly #entries = new Map<string, Entry>();

  constructor(readonly client: NexusClient) {}

  /** The store of a name, where it is in use. */
  peek(key: string): SharedStore<object> | undefined {
    return this.#entries.get(key)?.store;
  }

  /** The store of a name, made where it is not there. Whoever asks holds it at once, so that it is stopped in the end. */
  open<Store extends SharedStore<object>>(name: StoreName, make: MakeStore<Store>): Store {
    const key = keyOf(name);
    const known = this.#entries.get(key);
    if (known) return known.store as unknown as Store;
    const store = make(this, () => this.#entries.delete(key));
    this.#entries.set(key, { name, store });
    return store;
  }

  /** Reads again what is in use of a kind, or of all kinds, about one workspace or about any. */
  async refresh(kind?: string, workspaceId?: string): Promise<void> {
    const isMeant = ({ name }: Entry) =>
      (kind === undefined || name[0] === kind) && (workspaceId === undefined || name[2] === workspaceId);
    await Promise.all(
      [...this.#entries.values()].filter(isMeant).map(({ store }) => store.refresh?.() ?? Promise.resolve()),
    );
  }
}

/** A name as a text. */
export function keyOf(name: StoreName): string {
  return JSON.stringify(name);
}

const byClient = new WeakMap<NexusClient, Stores>();

/** The stores of a client: the same ones each time. */
export function storesOf(client: NexusClient): Stores {
  const stores = byClient.get(client) ?? new Stores(client);
  byClient.set(client, stores);
  return stores;
}

/**
 * Has what is in use of some kinds, about a workspace, read again once a verb is done; also after a refusal, because somebody else
 * may have been faster.
 */
export function refreshesAfter(
  client: NexusClient,
  workspaceId: string | undefined,
  kinds: readonly string[],
): <R>(work: Promise<R>) => Promise<R> {
  const stores = storesOf(client);
  const refresh = () => Promise.all(kinds.map((kind) => stores.refresh(kind, workspaceId)));
  return (work) => work.finally(refresh);
}

/** Reads again everything that the hooks show, about one workspace or about any: after something that they cannot know of. */
export function refreshAll(client: NexusClient, workspaceId?: string): Promise<void> {
  return storesOf(client).refresh(undefined, workspaceId);
}
