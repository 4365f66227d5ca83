import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import type { McpResources } from './mcp-resources';
import type { McpSubscriptions } from './mcp-subscriptions';
import type { McpTools } from './mcp-tools';
import type { McpCaller } from './tool-set/mcp-tool';

const instructions =
  'Panels are versioned JSON documents that people and agents change at the same time. Read a panel before you change it, and ' +
  'change single values with change_panel, naming the version you have read: what others changed meanwhile is kept. ' +
  'A failed call answers with a problem document: "error" is its code, "message" says what to do.';

/** What a server is made of. */
export interface McpParts {
  readonly version: string;
  readonly tools: McpTools;
  readonly resources: McpResources;
}

/**
 * A server for one caller.
 * @param subscriptions where the client can subscribe on this connection; the protocol of 2026-07-28 has a request of its own for that
 */
export function makeMcpServer(
  { version, tools, resources }: McpParts,
  caller: McpCaller,
  subscriptions?: McpSubscriptions,
): Server {
  const server = new Server(
    { name: 'nexus-state', title: 'Nexus State', version },
    { capabilities: { tools: {}, resources: { subscribe: true } }, instructions },
  );
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const problem = tools.problemOf(error);
      const code = problem.status >= 500 ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
      throw new ProtocolError(code, problem.message, problem);
    }
  };
  server.setRequestHandler('tools/list', async () => ({ tools: tools.list() }));
  server.setRequestHandler('tools/call', ({ params }) => tools.call(caller, params.name, params.arguments));
  server.setRequestHandler('resources/list', ({ params }) =>
    told(async () => {
      const { resources: found, nextCursor } = await resources.list(caller, params?.cursor);
      return { resources: found, ...(nextCursor === undefined ? {} : { nextCursor }) };
    }),
  );
  server.setRequestHandler('resources/templates/list', async () => ({
    resourceTemplates: [
      {
        uriTemplate: 'nexus://{workspace}/{panel}',
        name: 'panel',
        title: 'Panel',
        description: 'A panel of a workspace, with its state and version.',
        mimeType: 'application/json',
      },
    ],
  }));
  server.setRequestHandler('resources/read', ({ params }) => told(() => resources.read(caller, params.uri)));
  if (subscriptions) {
    server.setRequestHandler('resources/subscribe', ({ params }) =>
      told(async () => {
        if (subscriptions.room <= 0)
          throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'Too many subscriptions.');
        await subscriptions.follow(caller, params.uri);
        return {};
      }),
    );
    server.setRequestHandler('resources/unsubscribe', async ({ params }) => {
      subscriptions.unfollow(params.uri);
      return {};
    });
  }
  return server;
}
