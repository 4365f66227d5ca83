import { type ServiceProcess, testToken } from '@nexus-state/test-kit';
import { type JsonObject, applyPatch } from '@nexus-state/documents';
import { eventually } from '@nexus-state/state-core/testing';
import { type Socket, io } from 'socket.io-client';

/** An event as it arrived. */
export interface Received {
  readonly name: string;
  // Tests look at events of every shape, each where it is asserted.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly payload: any;
}

/** Connects with the official client, as one user, and keeps everything that arrives. */
export class LiveClient {
  readonly received: Received[] = [];

  private constructor(readonly socket: Socket) {
    socket.onAny((name: string, payload: unknown) => this.received.push({ name, payload }));
  }

  /** Opens a connection and waits until it stands. */
  static async connect(
    gateway: ServiceProcess,
    subject: string,
    claims: Record<string, unknown> = {},
  ): Promise<LiveClient> {
    const client = LiveClient.open(gateway, { auth: { token: testToken(subject, claims) } });
    await new Promise<void>((resolve, reject) => {
      client.socket.once('connect', resolve);
      client.socket.once('connect_error', reject);
    });
    return client;
  }

  /** Opens a connection without waiting. */
  static open(gateway: ServiceProcess, options: Parameters<typeof io>[1] = {}): LiveClient {
    return new LiveClient(
      io(`${gateway.url}/state`, {
        transports: ['websocket'],
        reconnectionDelay: 50,
        forceNew: true,
        ...options,
      }),
    );
  }

  /** Sends an event and gives its acknowledgement. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  ask(event: string, ...args: unknown[]): Promise<any> {
    return this.socket.timeout(10_000).emitWithAck(event, ...args);
  }

  /** The events about one panel. */
  of(panelId: string): Received[] {
    return this.received.filter(({ payload }) => payload?.panelId === panelId);
  }

  /** The versions of the events about one panel, in the order they came. */
  versions(panelId: string): number[] {
    return this.of(panelId).map(({ payload }) => payload.version);
  }

  /** Waits until an event about a panel has brought it to a version. */
  async reaches(panelId: string, version: number, timeoutMs?: number): Promise<void> {
    const there = () => this.of(panelId).at(-1)?.payload.version >= version;
    await eventually(there, `version ${version} of ${panelId}`, timeoutMs);
  }

  /** The state of a panel as the events build it. */
  rebuilt(panelId: string): unknown {
    let state: unknown;
    for (const { name, payload } of this.of(panelId)) {
      if (name === 'state_update') state = applyPatch(state as JsonObject, payload.patch).value;
      else state = payload.state;
    }
    return state;
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** The whole numbers from one to another. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
