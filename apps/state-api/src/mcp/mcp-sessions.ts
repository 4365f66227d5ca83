import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import type { StateCore, Admission } from '@nexus-state/state-core';
import type { McpParts } from './mcp-server';
import { makeMcpServer } from './mcp-server';
import { McpSubscriptions } from './mcp-subscriptions';
import type { McpCaller } from './tool-set/mcp-tool';

/** A session of a client of 2025-11-25. It is this process's own. */
export interface McpSession {
  readonly transport: NodeStreamableHTTPServerTransport;
  /** Whose it is: nobody else can use it. */
  readonly subject: string;
  readonly close: () => Promise<void>;
  usedAt: number;
}

/** What messages are answered with. */
export interface McpPorts {
  readonly core: StateCore;
  readonly admission: Admission;
}

/** The most sessions of a process; the one that was not used the longest makes room. */
const maxSessions = 1_000;
/** How long a session without requests is kept. */
const idleMs = 3_600_000;

/** The sessions of clients that subscribe within a session, as the protocol had it until 2025-11-25. */
export class McpSessions {
  readonly #sessions = new Map<string, McpSession>();

  constructor(
    private readonly parts: McpParts,
    private readonly ports: McpPorts,
  ) {}

  /** A session of a caller; undefined where there is none, or it is another's. */
  find(id: string, { principal }: McpCaller): McpSession | undefined {
    const session = this.#sessions.get(id);
    if (session?.subject !== principal.subject) return undefined;
    session.usedAt = performance.now();
    return session;
  }

  /** Begins a session; it is kept once the client has initialized it. */
  async open(caller: McpCaller): Promise<McpSession> {
    await this.#makeRoom();
    const { core, admission } = this.ports;
    const { resources } = this.parts;
    const subscriptions = new McpSubscriptions(
      { core, admission, resources },
      (uri) => void server.sendResourceUpdated({ uri }).catch(() => undefined),
      // The client is to read it again, and finds out why it can not.
      (uri) => void server.sendResourceUpdated({ uri }).catch(() => undefined),
    );
    const server = makeMcpServer(this.parts, caller, subscriptions);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.#sessions.set(id, session),
    });
    const session: McpSession = {
      transport,
      subject: caller.principal.subject,
      usedAt: performance.now(),
      close: async () => {
        subscriptions.close();
        if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
        await server.close();
      },
    };
    await server.connect(transport as never);
    server.onclose = () => {
      subscriptions.close();
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
    };
    return session;
  }

  /** Ends all sessions. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
  }

  async #makeRoom(): Promise<void> {
    const oldest = [...this.#sessions.values()].sort((one, other) => one.usedAt - other.usedAt);
    const now = performance.now();
    const ending = oldest.filter(
      ({ usedAt }, index) => now - usedAt > idleMs || index <= oldest.length - maxSessions,
    );
    await Promise.all(ending.map((session) => session.close()));
  }
}
