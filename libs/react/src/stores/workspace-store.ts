import type { LiveWorkspace, WorkspaceEvent, WorkspaceStatus } from '@nexus-state/client';
import type { Owned } from './panel-address';
import { SharedStore } from './shared-store';
import type { Stores } from './stores';

/** Which workspace. */
export interface WorkspaceAddress extends Owned {
  readonly workspaceId: string;
}

interface WorkspaceSnapshot {
  readonly status: WorkspaceStatus;
}

/** What happens in a workspace, followed once for all that listen. */
export class WorkspaceStore extends SharedStore<WorkspaceSnapshot> {
  readonly #listening = new Set<(event: WorkspaceEvent) => void>();
  #live: LiveWorkspace | undefined;

  constructor(
    private readonly open: () => LiveWorkspace,
    onStopped: () => void,
  ) {
    super({ status: 'connecting' }, onStopped);
  }

  /** Listens; the function that it returns ends that. */
  listen(listener: (event: WorkspaceEvent) => void): () => void {
    const own = (event: WorkspaceEvent) => listener(event);
    this.#listening.add(own);
    const release = this.hold();
    return () => {
      this.#listening.delete(own);
      release();
    };
  }

  protected start(): void {
    const live = this.open();
    this.#live = live;
    live.on('event', (event) => {
      for (const listener of [...this.#listening]) listener(event);
    });
    live.on('status', (status) => this.update({ status }));
  }

  protected stop(): void {
    this.#live?.close();
    this.#live = undefined;
  }

  protected override get isOver(): boolean {
    return this.#live?.status === 'closed';
  }
}

/** Tells of what happens in a workspace; the function that it returns ends that. */
export function followWorkspace(
  stores: Stores,
  { workspaceId, owner }: WorkspaceAddress,
  onEvent: (event: WorkspaceEvent) => void,
): () => void {
  const name = ['events', owner ?? null, workspaceId] as const;
  const open = () => stores.client.workspace(workspaceId, { owner }).open();
  return stores.open(name, (_, onStopped) => new WorkspaceStore(open, onStopped)).listen(onEvent);
}

/** Has something read again whenever a workspace tells of what concerns it. */
export function renewal(
  stores: Stores,
  address: WorkspaceAddress,
  concerns: (event: WorkspaceEvent) => boolean,
): (renew: () => void) => () => void {
  return (renew) =>
    followWorkspace(stores, address, (event) => {
      // What happened while it was not followed is not told.
      if (event.kind === 'following' || concerns(event)) renew();
    });
}
