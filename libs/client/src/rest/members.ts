import { Pages } from '../http/pages';
import type { Member, Role } from './answers';
import type { Abortable, WorkspaceRoutes } from './workspace-routes';

/** Who reaches a workspace. */
export class Members {
  readonly #routes: WorkspaceRoutes;

  constructor(routes: WorkspaceRoutes) {
    this.#routes = routes;
  }

  /** All of them, the owner first. */
  list({ signal }: Abortable = {}): Pages<Member> {
    return new Pages(async () => {
      const { body } = await this.#routes.read(this.#path(), {}, { signal });
      return { items: (body as { members: Member[] }).members, nextCursor: null };
    });
  }

  /** Gives a user a role; takes the one before away. */
  async set(userId: string, role: Role, { signal }: Abortable = {}): Promise<Member> {
    return (await this.#write('PUT', userId, { role }, signal)) as Member;
  }

  /** @throws NotFoundError when the user is no member */
  async delete(userId: string, { signal }: Abortable = {}): Promise<void> {
    await this.#write('DELETE', userId, undefined, signal);
  }

  async #write(method: 'PUT' | 'DELETE', userId: string, body: unknown, signal: AbortSignal | undefined) {
    const query = { owner: this.#routes.owner };
    const { transport } = this.#routes;
    return (await transport.send({ method, path: this.#path(userId), query, body, signal })).body;
  }

  #path(...rest: readonly string[]): string {
    return this.#routes.path('workspaces', 'members', ...rest);
  }
}
