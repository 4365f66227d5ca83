import type { Answer, Request, Transport } from '../http/transport';
import { newId } from '../http/transport';

/** Options of everything that asks the service. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** A lock that a change is made under; see `locks.withLock`. */
export interface LockReference {
  readonly name: string;
  readonly fencingToken: number;
}

/** Options of everything that changes something. */
export interface Fenced extends Abortable {
  /** Refuses the change with `LockLostError` once a newer holder has the lock. */
  readonly lock?: LockReference | undefined;
}

/** Requests within one workspace. */
export class WorkspaceRoutes {
  /**
   * @param id of the workspace
   * @param owner whose it is, where several of this id are within reach
   */
  constructor(
    readonly transport: Transport,
    readonly id: string,
    readonly owner: string | undefined,
  ) {}

  /** The path of something in the workspace: `path('state', 'lamp')` is `/api/state/<workspace>/lamp`. */
  path(kind: 'state' | 'snapshots' | 'workspaces', ...rest: readonly string[]): string {
    return ['/api', kind, this.id, ...rest]
      .map((part, index) => (index ? encodeURIComponent(part) : part))
      .join('/');
  }

  /** Reads something. */
  read(path: string, query: Request['query'] = {}, more: Partial<Request> = {}): Promise<Answer> {
    return this.transport.send({ method: 'GET', path, query: { owner: this.owner, ...query }, ...more });
  }

  /** Writes something, once however often it has to be sent. */
  write(
    method: Request['method'],
    path: string,
    body: unknown,
    { query, headers, lock, ...rest }: Partial<Request> & Fenced = {},
  ): Promise<Answer> {
    return this.transport.send({
      method,
      path,
      query: { owner: this.owner, ...query },
      body,
      headers: { ...headers, ...fenceOf(lock) },
      idempotencyKey: newId(),
      ...rest,
    });
  }
}

/** The header field of a change that is made under a lock. */
export function fenceOf(lock: LockReference | undefined): Readonly<Record<string, string>> {
  return lock ? { 'nexus-lock': `${lock.name}; fence=${lock.fencingToken}` } : {};
}

/** The revision that a write made: in the body of its answer, or in the head where that has none. */
export function revisionOf({ headers, body }: Answer): { readonly revision: number } {
  const { revision = headers.get('nexus-revision') } = (body ?? {}) as { revision?: number };
  return { revision: Number(revision) };
}

/** An instant as the service takes it. */
export function instant(at: string | Date | undefined): string | undefined {
  return at instanceof Date ? at.toISOString() : at;
}
