import { Pages, pageOf } from '../http/pages';
import { type Transport, newId } from '../http/transport';
import type { Workspace } from './answers';
import { type Abortable, WorkspaceRoutes } from './workspace-routes';

/** Options that say which workspace is meant, where several of one id are within reach. */
export interface OwnedOptions extends Abortable {
  readonly owner?: string | undefined;
}

/** The workspaces that the user owns or shares. */
export class Workspaces {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All of them, the one opened last first. */
  list({ signal }: Abortable = {}): Pages<Workspace> {
    return new Pages(async (choice) => {
      const { body } = await this.#transport.send({ method: 'GET', path: '/api/workspaces', signal });
      return pageOf((body as { workspaces: Workspace[] }).workspaces, choice);
    });
  }

  /** @throws AlreadyExistsError */
  async create({
    signal,
    ...body
  }: Abortable & {
    readonly name: string;
    readonly workspaceId?: string;
    readonly description?: string;
  }): Promise<Workspace> {
    const answer = await this.#transport.send({
      method: 'POST',
      path: '/api/workspaces',
      body,
      idempotencyKey: newId(),
      mayRepeat: false,
      signal,
    });
    return answer.body as Workspace;
  }

  /** @throws NotFoundError */
  async get(workspaceId: string, options: OwnedOptions = {}): Promise<Workspace> {
    return (await this.#ask('GET', workspaceId, [], undefined, options)) as Workspace;
  }

  async update(
    workspaceId: string,
    change: { readonly name?: string; readonly description?: string },
    options: OwnedOptions = {},
  ): Promise<Workspace> {
    return (await this.#ask('PATCH', workspaceId, [], change, options)) as Workspace;
  }

  /** Deletes a workspace with its panels; a last snapshot is taken first. Only the owner may. */
  async delete(workspaceId: string, options: OwnedOptions = {}): Promise<void> {
    await this.#ask('DELETE', workspaceId, [], undefined, options);
  }

  /** Makes it the user's current one. */
  async activate(workspaceId: string, options: OwnedOptions = {}): Promise<Workspace> {
    return (await this.#ask('POST', workspaceId, ['activate'], undefined, options)) as Workspace;
  }

  async #ask(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    workspaceId: string,
    rest: readonly string[],
    body: unknown,
    { owner, signal }: OwnedOptions,
  ): Promise<unknown> {
    const path = new WorkspaceRoutes(this.#transport, workspaceId, owner).path('workspaces', ...rest);
    const key = method === 'GET' ? {} : { idempotencyKey: newId() };
    return (await this.#transport.send({ method, path, query: { owner }, body, signal, ...key })).body;
  }
}
