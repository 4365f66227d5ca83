import type { Admission, StateCore } from '@nexus-state/state-core';
import { mayFollow } from '../feed/may-follow';
import type { McpResources } from './mcp-resources';
import type { McpCaller } from './tool-set/mcp-tool';

/** The most panels that one client follows. */
const maxFollowed = 100;

/** The panels that one client follows, and is told of when they change. */
export class McpSubscriptions {
  readonly #followed = new Map<string, AbortController>();

  /**
   * @param updated called with the URI of a panel that has changed
   * @param lost called when a panel can be followed no longer, because access ended or the store is away
   */
  constructor(
    private readonly ports: {
      readonly core: StateCore;
      readonly admission: Admission;
      readonly resources: McpResources;
    },
    private readonly updated: (uri: string) => void,
    private readonly lost: (uri: string) => void,
  ) {}

  /** How many panels may still be followed. */
  get room(): number {
    return maxFollowed - this.#followed.size;
  }

  /** Begins to follow a panel. @throws what `McpResources.follow` throws */
  async follow(caller: McpCaller, uri: string): Promise<void> {
    if (this.#followed.has(uri)) return;
    const { core, admission, resources } = this.ports;
    const { key, workspace, version } = await resources.follow(caller, uri);
    const end = new AbortController();
    this.#followed.set(uri, end);
    const authorize = () => mayFollow(admission, caller.principal, workspace, key.panelId);
    const run = async () => {
      const events = core.followPanel({ key, afterVersion: version, authorize, signal: end.signal });
      for await (const _ of events) this.updated(uri);
    };
    void run().catch(() => {
      if (!end.signal.aborted) this.lost(uri);
      this.unfollow(uri);
    });
  }

  /** Stops to follow a panel; nothing where it was not followed. */
  unfollow(uri: string): void {
    this.#followed.get(uri)?.abort();
    this.#followed.delete(uri);
  }

  /** Stops to follow all panels. */
  close(): void {
    for (const uri of [...this.#followed.keys()]) this.unfollow(uri);
  }
}
