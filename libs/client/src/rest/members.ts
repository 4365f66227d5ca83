import { Pages, pageOf } from '../http/pages';
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
    return new Pages(async (choice) => {
      const { body } = await this.#routes.read(this.#path(), {}, { signal });
      return pageOf((body as { members: Member[] }).members, choice);
    });
  }

  /** @throws NotFoundError when the user is no member */
  async get(userId: string, { signal }: Abortable = {}): Promise<Member> {
    return (await this.#routes.read(this.#path(userId), {}, { signal })).body as Member;
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
    return (await this.#routes.write(method, this.#path(userId), body, { signal })).body;
  }

  #path(...rest: readonly string[]): string {
    return this.#routes.path('workspaces', 'members', ...rest);
  }
}
