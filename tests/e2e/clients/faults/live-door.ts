/** Where to connect, and as whom. */
export interface LiveTarget {
  /** `http://…` of a gateway. */
  readonly url: string;
  readonly token: string;
  readonly workspaceId: string;
}

/** Told of what happens on a connection. */
export interface LiveListener {
  event(name: string, payload: unknown): void;
  /** The connection is gone, whoever closed it. */
  closed(): void;
}

/** A connection that stands. */
export interface LiveConnection {
  /**
   * Subscribes to a panel of the workspace, or to `*`.
   * @throws Refused when the gateway refuses; any other error when it does not answer
   */
  subscribe(panelId: string, version: number | undefined): Promise<void>;

  /** Asks for a sign of life. Fails when none comes. */
  probe(): Promise<void>;

  close(): void;
}

/** A way to be told of updates, by the official client of its protocol. */
export interface LiveDoor {
  readonly name: string;
  /** Opens a connection. Fails when it is refused, or not answered. */
  connect(target: LiveTarget, listener: LiveListener): Promise<LiveConnection>;
}

/** A request that the gateway answered with a problem. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** How long an answer may take before its connection counts as dead, in milliseconds. */
export const patienceMs = 3_000;
