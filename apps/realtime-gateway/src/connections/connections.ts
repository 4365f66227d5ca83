import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Principal } from '@nexus-state/nest-kit';
import type { ClientChannel } from './client-channel';
import { Connection } from './connection';
import type { ConnectionPorts } from './connection-ports';
import { ServerDraining } from './refusals';

/** The token under which what connections are made from is handed in. */
export const CONNECTION_PORTS = Symbol('CONNECTION_PORTS');

/** All live connections of this process, through every door. */
@Injectable()
export class Connections implements OnModuleDestroy {
  readonly #all = new Set<Connection>();
  #draining = false;

  constructor(@Inject(CONNECTION_PORTS) readonly ports: ConnectionPorts) {}

  /** A connection that was let in. */
  open(principal: Principal, channel: ClientChannel): Connection {
    const connection = new Connection(principal, channel, this.ports);
    this.#all.add(connection);
    // This connection was accepted just when draining began.
    if (this.#draining) void connection.drain();
    return connection;
  }

  /** To be called when a connection is gone. */
  gone(connection: Connection): void {
    this.#all.delete(connection);
    connection.close();
  }

  /** @throws ServerDraining when no connection is let in any more */
  mustBeOpen(): void {
    if (this.#draining) throw new ServerDraining();
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#all.values();
  }

  /** How many there are. */
  get count(): number {
    return this.#all.size;
  }

  /** Sends everybody elsewhere, before the server closes its sockets. */
  async onModuleDestroy(): Promise<void> {
    this.#draining = true;
    await Promise.all([...this.#all].map((connection) => connection.drain()));
  }
}
