import type { Answer, Request, Transport } from '../http/transport';
import { newId } from '../http/transport';

/** Options of everything that asks the service. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
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
    more: Partial<Request> = {},
  ): Promise<Answer> {
    const { query, ...rest } = more;
    return this.transport.send({
      method,
      path,
      query: { owner: this.owner, ...query },
      body,
      idempotencyKey: newId(),
      ...rest,
    });
  }
}

/** `Nexus-Revision`, where the service sends it, in a body or as a header. */
export function revisionOf({ headers, body }: Answer): { readonly revision?: number } {
  const { revision = headers.get('nexus-revision') } = (body ?? {}) as { revision?: number };
  return revision === null ? {} : { revision: Number(revision) };
}

/** An instant as the service takes it. */
export function instant(at: string | Date | undefined): string | undefined {
  return at instanceof Date ? at.toISOString() : at;
}
