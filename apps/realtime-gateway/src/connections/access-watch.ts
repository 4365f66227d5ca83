import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { MemberKey, MemberRoles } from '@nexus-state/state-core';
import { RepeatedTask } from '../lifecycle/repeated-task';
import type { Connection } from './connection';
import { Connections } from './connections';

/** The tokens under which the store of members, and the pause between two looks, are handed in. */
export const MEMBER_ROLES = Symbol('MEMBER_ROLES');
export const ACCESS_INTERVAL = Symbol('ACCESS_INTERVAL');

interface Watched extends MemberKey {
  readonly connections: Connection[];
}

/**
 * Ends what people follow in workspaces that are shared with them no longer. The store is asked again and again, once for
 * everybody: a message about it could be lost with Redis, and this must not be late.
 */
@Injectable()
export class AccessWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #watching: RepeatedTask;
  #isAway = false;

  constructor(
    private readonly connections: Connections,
    @Inject(MEMBER_ROLES) private readonly members: MemberRoles,
    @Inject(ACCESS_INTERVAL) intervalMs: number,
  ) {
    this.#watching = new RepeatedTask(() => this.#look(), intervalMs);
  }

  onApplicationBootstrap(): void {
    this.#watching.startLater();
  }

  onApplicationShutdown(): void {
    this.#watching.stop();
  }

  async #look(): Promise<void> {
    const watched = [...watchedOf(this.connections)];
    if (watched.length === 0) return;
    try {
      const roles = await this.members.rolesOf(watched);
      this.#isAway = false;
      watched.forEach((one, index) => {
        if (roles[index] === undefined) for (const connection of one.connections) connection.revoke(one);
      });
    } catch (error) {
      if (!this.#isAway) this.connections.ports.logger.warn({ err: error }, 'could not look up members');
      this.#isAway = true;
    }
  }
}

/** The users that follow something in a workspace that they do not own. */
function watchedOf(connections: Iterable<Connection>): Iterable<Watched> {
  const watched = new Map<string, Watched>();
  for (const connection of connections) {
    const { subject: userId } = connection;
    for (const { owner, workspaceId } of connection.targets) {
      if (owner === userId) continue;
      const name = JSON.stringify([userId, owner, workspaceId]);
      const known = watched.get(name);
      if (known?.connections.at(-1) === connection) continue;
      if (known) known.connections.push(connection);
      else watched.set(name, { userId, owner, workspaceId, connections: [connection] });
    }
  }
  return watched.values();
}
