import { Pages } from '../http/pages';
import type { Instant } from './answers';
import type { TurnBegun, TurnChanges, TurnItem, TurnPolicy, TurnState, Undone } from './turn-answers';
import {
  type Abortable,
  type Fenced,
  type LockReference,
  type WorkspaceRoutes,
  fenceOf,
  instant,
} from './workspace-routes';

/** What is said of a turn as it is begun. */
export interface TurnOptions extends Abortable {
  /** Who works: a name for people. */
  readonly agent: string;
  readonly policy: TurnPolicy;
  readonly description?: string;
  /** The panels that it may change: ids, in which `*` stands for any characters. */
  readonly panels?: readonly string[];
  /** The time to end it, in seconds; 600 where not said. */
  readonly ttlSeconds?: number;
}

/** Which changes to take back: those that match all of it. At least one criterion. */
export interface UndoOptions extends Fenced {
  readonly turnId?: string;
  readonly actor?: string;
  readonly triggeredBy?: string;
  readonly since?: Instant;
  readonly until?: Instant;
  readonly sinceRevision?: number;
  readonly untilRevision?: number;
  /** Ids of panels, in which `*` stands for any characters. */
  readonly panels?: readonly string[];
  /** Only says what would happen. */
  readonly preview?: boolean;
}

/** The turns of a workspace. Writes belong to one by their option `turnId`. */
export class Turns {
  readonly #routes: WorkspaceRoutes;

  constructor(routes: WorkspaceRoutes) {
    this.#routes = routes;
  }

  /** Begins one. */
  async begin({ signal, ...body }: TurnOptions): Promise<TurnBegun> {
    return (await this.#write(this.#path(), body, signal)) as TurnBegun;
  }

  /** All of them, newest first. */
  list({ state, signal }: Abortable & { readonly state?: TurnState } = {}): Pages<TurnItem> {
    return new Pages(async ({ limit, cursor }) => {
      const { body } = await this.#routes.read(this.#path(), { state, limit, cursor }, { signal });
      const { turns, nextCursor } = body as { turns: TurnItem[]; nextCursor: string | null };
      return { items: turns, nextCursor };
    });
  }

  /** @throws NotFoundError */
  async get(turnId: string, { signal }: Abortable = {}): Promise<TurnItem & TurnChanges> {
    return (await this.#routes.read(this.#path(turnId), {}, { signal })).body as TurnItem & TurnChanges;
  }

  /** Ends one; its changes stay. @throws TurnEndedError */
  async commit(
    turnId: string,
    { signal }: Abortable = {},
  ): Promise<TurnChanges & { readonly revision: number }> {
    const done = await this.#write(this.#path(turnId, 'commit'), undefined, signal);
    return done as TurnChanges & { readonly revision: number };
  }

  /** Takes exactly its changes back, and ends it. @throws TurnEndedError */
  async abort(
    turnId: string,
    { preview, signal, lock }: Fenced & { readonly preview?: boolean } = {},
  ): Promise<Undone> {
    return (await this.#write(this.#path(turnId, 'abort'), { preview }, signal, lock)) as Undone;
  }

  #path(...rest: readonly string[]): string {
    return this.#routes.path('state', 'turns', ...rest);
  }

  async #write(
    path: string,
    body: unknown,
    signal: AbortSignal | undefined,
    lock?: LockReference,
  ): Promise<unknown> {
    const { transport, owner } = this.#routes;
    const headers = fenceOf(lock);
    return (await transport.send({ method: 'POST', path, query: { owner }, body, headers, signal })).body;
  }
}

/** Takes changes back, and keeps all others. */
export async function undoChanges(
  routes: WorkspaceRoutes,
  { signal, since, until, lock, ...criteria }: UndoOptions,
): Promise<Undone> {
  const body = { ...criteria, since: instant(since), until: instant(until) };
  const { transport, owner } = routes;
  const path = routes.path('state', 'undo');
  const headers = fenceOf(lock);
  return (await transport.send({ method: 'POST', path, query: { owner }, body, headers, signal }))
    .body as Undone;
}
