import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ApiClient, ServiceProcess } from '@nexus-state/test-kit';

/** The official client, by a token, with the newest version of the protocol or that of 2025. */
export async function connectMcp(
  api: Pick<ServiceProcess, 'url'>,
  as: Pick<ApiClient, 'authorization'>,
  era: 'modern' | 'legacy' = 'modern',
): Promise<Client> {
  const info = { name: 'spec', version: '1.0.0' };
  const client = new Client(info, era === 'modern' ? { versionNegotiation: { mode: 'auto' } } : {});
  const requestInit = { headers: as.authorization };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), { requestInit }));
  return client;
}

/** What a tool answers. */
export interface ToolAnswer {
  readonly isError: boolean;
  // Tests look at answers of every shape, each where it is asserted.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** Calls a tool, and reads its answer as JSON. */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<ToolAnswer> {
  const { content, isError = false } = await client.callTool({ name, arguments: args });
  const [first] = content as { text: string }[];
  return { isError, body: JSON.parse(first?.text ?? '') };
}
