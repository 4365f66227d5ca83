import {
  type DocumentStatus,
  type LiveDocument,
  NotFoundError,
  type PanelHandle,
  type Present,
  type Written,
} from '@nexus-state/client';
import { type PanelAddress, panelName, panelOf } from './panel-address';
import { share } from './share';
import { SharedStore } from './shared-store';
import type { Stores } from './stores';

/** A panel as components see it. */
export interface DocumentSnapshot {
  readonly state: object | undefined;
  readonly version: number | undefined;
  readonly status: DocumentStatus;
  readonly pending: number;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly error: Error | undefined;
  readonly others: readonly Present[];
}

/** What is shown before anything is known, and on a server. */
export const loadingDocument: DocumentSnapshot = {
  state: undefined,
  version: undefined,
  status: 'connecting',
  pending: 0,
  canUndo: false,
  canRedo: false,
  error: undefined,
  others: [],
};

/** How long a component may wait for a document before it has to say again that it does. */
const waitMs = 5_000;
/** How long a document that was waited for is kept for the component that is rendered then. */
const graceMs = 400;

/** The one live document that all components share that show a panel. */
export class DocumentStore extends SharedStore<DocumentSnapshot> {
  readonly #handle: PanelHandle<object>;
  #live: LiveDocument<object> | undefined;
  /** Whether the error is of an own change: it is shown until the next one. */
  #isOwnError = false;
  #waiting: Promise<void> | undefined;
  #endWaiting: (() => void) | undefined;

  constructor(handle: PanelHandle<object>, onStopped: () => void) {
    super(loadingDocument, onStopped);
    this.#handle = handle;
  }

  /** Does something to the document, which is there at once where its state is known, and else as soon as it is. */
  async act<R>(action: (live: LiveDocument<object>) => Promise<R>): Promise<R> {
    this.#isOwnError = false;
    this.update({ error: this.#absence() });
    const live = this.#live as LiveDocument<object>;
    try {
      if (!live.state) await live.ready;
      return await action(live);
    } catch (error) {
      this.#fail(error as Error, live);
      throw error;
    }
  }

  /** Makes the panel. */
  async create(state: object): Promise<Written> {
    try {
      return await this.#handle.create(state);
    } catch (error) {
      this.#fail(error as Error, this.#live);
      throw error;
    }
  }

  /**
   * Waits for a state, or for why there is none; used by a component that is not mounted yet. It also resolves when that takes
   * long: whoever is there still asks again.
   */
  wait(): Promise<void> {
    this.#waiting ??= new Promise((resolve) => {
      const unsubscribe = super.subscribe(() => {
        if (this.snapshot.state || this.snapshot.error) settle();
      });
      const settle = () => {
        clearTimeout(timer);
        this.#waiting = undefined;
        timer = setTimeout(end, graceMs);
        resolve();
      };
      const end = () => {
        clearTimeout(timer);
        unsubscribe();
      };
      let timer = setTimeout(settle, waitMs);
      this.#endWaiting = end;
    });
    return this.#waiting;
  }

  /** A component that has waited is there now: it is the one who uses the document. */
  override subscribe(listener: () => void): () => void {
    const unsubscribe = super.subscribe(listener);
    if (this.snapshot.state || this.snapshot.error) this.#endWaiting?.();
    return unsubscribe;
  }

  /** Shows something to the others who have the panel open. */
  show(data: unknown): Promise<void> {
    return (this.#live as LiveDocument<object>).presence.set(data);
  }

  protected start(): void {
    const live = this.#handle.open();
    this.#live = live;
    this.update(loadingDocument);
    for (const event of ['change', 'presence'] as const) live.on(event, () => this.#take(live));
    live.on('progress', () => this.#take(live, true));
    live.on('status', (status) => this.#take(live, status === 'live'));
    live.on('error', (error) => {
      if (this.#live !== live) return;
      this.#isOwnError = false;
      this.update({ error });
    });
  }

  protected stop(): void {
    const live = this.#live;
    this.#live = undefined;
    void live?.close();
  }

  protected override get isBusy(): boolean {
    return this.#live?.status !== 'closed' && (this.#live?.pending ?? 0) > 0;
  }

  protected override get isOver(): boolean {
    return this.#live?.status === 'closed';
  }

  #take(live: LiveDocument<object>, isGoingOn = false): void {
    if (this.#live !== live) return;
    const { version, status, pending, canUndo, canRedo } = live;
    const { state: old, error, others } = this.snapshot;
    const hasCome = !old && live.state !== undefined;
    const isPassed = hasCome || (isGoingOn && !this.#isOwnError);
    this.update({
      state: share(old, live.state),
      version,
      status,
      pending,
      canUndo,
      canRedo,
      error: live.state && isPassed ? undefined : (this.#absence() ?? error),
      others: share(others, live.presence.others),
    });
    if (!this.isBusy) this.settled();
  }

  /** Why there is no state, where that is known. */
  #absence(): Error | undefined {
    const { error } = this.snapshot;
    if (!this.#live || this.#live.state) return undefined;
    if (this.#live.version === undefined || error instanceof NotFoundError) return error;
    const message = `Panel "${this.#handle.id}" was deleted.`;
    return new NotFoundError({ error: 'not_found', status: 404, message });
  }

  #fail(error: Error, live: LiveDocument<object> | undefined): void {
    if (this.#live !== live || live?.status === 'closed') return;
    this.#isOwnError = true;
    this.update({ error });
  }
}

/** Makes the store of a panel. */
export function makeDocumentStore(address: PanelAddress) {
  return ({ client }: Stores, onStopped: () => void) =>
    new DocumentStore(panelOf(client, address), onStopped);
}

/** The store of a panel. */
export function openDocument(stores: Stores, address: PanelAddress): DocumentStore {
  return stores.open(panelName('document', address), makeDocumentStore(address));
}

/** Tells of every version of a panel as soon as it is known; the function that it returns ends that. */
export function followVersion(
  stores: Stores,
  address: PanelAddress,
  onVersion: (version: number) => void,
): () => void {
  const store = openDocument(stores, address);
  let last: number | undefined;
  const tell = () => {
    const { version } = store.snapshot;
    if (version === undefined || version === last) return;
    last = version;
    onVersion(version);
  };
  const unsubscribe = store.subscribe(tell);
  tell();
  return unsubscribe;
}
