import { setTimeout as sleep } from 'node:timers/promises';
import { UpdateChecker } from '@nexus-state/test-kit';
import { type LiveConnection, type LiveDoor, type LiveTarget, Refused } from './live-door';

/** Whom somebody follows, and how. */
export interface FollowerPlan {
  readonly name: string;
  readonly door: LiveDoor;
  /** The addresses of the gateways; the first connection is to the first. */
  readonly gateways: readonly string[];
  readonly token: string;
  readonly workspaceId: string;
  /** One panel, or `*`. */
  readonly panelId: string;
}

const pauseMs = 100;
const probeEveryMs = 1_000;

/**
 * A subscriber as an application has it: after a lost connection it goes to the next gateway and subscribes again with its
 * last version. Everything it gets goes to its checker.
 */
export class Follower {
  readonly checker = new UpdateChecker();
  /** How often it has connected. */
  connections = 0;
  #stopped = false;
  #running: Promise<void> | undefined;
  #current: LiveConnection | undefined;
  #failure: Error | undefined;

  constructor(readonly plan: FollowerPlan) {}

  /** Begins, and waits until the first subscription stands. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#running = this.#live(resolve);
      this.#running.catch(reject);
    });
  }

  /** What it could not go on after. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Ends its connection, and does not come back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#current?.close();
    await this.#running?.catch(() => undefined);
  }

  async #live(subscribed: () => void): Promise<void> {
    const { gateways } = this.plan;
    for (let turn = 0; !this.#stopped; turn++) {
      try {
        await this.#session(gateways[turn % gateways.length] as string, subscribed);
      } catch (error) {
        if (error instanceof Refused && error.code !== 'unavailable') {
          this.#failure = error;
          throw error;
        }
      }
      await sleep(pauseMs);
    }
  }

  /** Follows over one connection, until it is gone or does not answer any more. */
  async #session(url: string, subscribed: () => void): Promise<void> {
    const { door, token, workspaceId } = this.plan;
    const target: LiveTarget = { url, token, workspaceId };
    const gone = new AbortController();
    // What a connection still has to say after it was given up belongs to nobody.
    const connection = await door.connect(target, {
      event: (name, payload) => {
        if (!gone.signal.aborted) this.checker.received(name, payload);
      },
      closed: () => gone.abort(),
    });
    this.connections++;
    this.#current = connection;
    try {
      await this.#subscribe(connection);
      subscribed();
      while (!gone.signal.aborted && !this.#stopped) {
        await sleep(probeEveryMs, undefined, { signal: gone.signal });
        await connection.probe();
      }
    } finally {
      gone.abort();
      connection.close();
    }
  }

  async #subscribe(connection: LiveConnection): Promise<void> {
    const { panelId } = this.plan;
    const version = panelId === '*' ? undefined : this.checker.lastVersion(panelId);
    this.checker.subscribed(panelId, version);
    await connection.subscribe(panelId, version);
  }
}
