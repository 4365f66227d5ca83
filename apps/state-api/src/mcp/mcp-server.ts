import {
  type AuthInfo,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
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

/** Hands the caller of an HTTP request on to what a session does for it: its token is newer than that which began the session. */
export function handOn(caller: McpCaller): { readonly auth: AuthInfo } {
  return { auth: { token: '', clientId: caller.principal.subject, scopes: [], extra: { caller } } };
}

/** The caller that was handed on with a message. */
function callerIn({ http }: ServerContext): McpCaller | undefined {
  return http?.authInfo?.extra?.['caller'] as McpCaller | undefined;
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
  const callerOf = (context: ServerContext) => callerIn(context) ?? caller;
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
  server.setRequestHandler('tools/call', ({ params }, context) =>
    tools.call(callerOf(context), params.name, params.arguments),
  );
  server.setRequestHandler('resources/list', ({ params }, context) =>
    told(async () => {
      const { resources: found, nextCursor } = await resources.list(callerOf(context), params?.cursor);
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
  server.setRequestHandler('resources/read', ({ params }, context) =>
    told(() => resources.read(callerOf(context), params.uri)),
  );
  if (subscriptions) {
    server.setRequestHandler('resources/subscribe', ({ params }, context) =>
      told(async () => {
        if (subscriptions.room <= 0)
          throw new ProtocolError(ProtocolErrorCode.InvalidRequest, 'Too many subscriptions.');
        await subscriptions.follow(callerOf(context), params.uri);
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
