import type { Provider } from '@nestjs/common';
import type { ServiceContext } from '@nexus-state/nest-kit';
import { Admission, AuditLog, Contexts, Snapshots, StateCore, Workspaces } from '@nexus-state/state-core';
import { McpResources } from './mcp-resources';
import { McpTools } from './mcp-tools';
import { MCP_TOOLS, type McpTool } from './tool-set/mcp-tool';
import { contextTools, panelReadingTools } from './tool-set/reading-tools';
import { turnTools } from './tool-set/turn-tools';
import { writingTools } from './tool-set/writing-tools';

/** What the door of the Model Context Protocol is made of. A new tool is added to the list under `MCP_TOOLS`. */
export function mcpProviders({ logger }: ServiceContext): Provider[] {
  return [
    {
      provide: MCP_TOOLS,
      inject: [StateCore, Contexts, Snapshots],
      useFactory: (core: StateCore, contexts: Contexts, snapshots: Snapshots): McpTool[] => [
        ...panelReadingTools(core),
        ...contextTools(contexts),
        ...writingTools(core, snapshots),
        ...turnTools(core),
      ],
    },
    {
      provide: McpTools,
      inject: [MCP_TOOLS, Admission, AuditLog],
      useFactory: (tools: readonly McpTool[], admission: Admission, auditLog: AuditLog) =>
        new McpTools(tools, admission, auditLog, (err) => logger.error({ err }, 'a tool call failed')),
    },
    {
      provide: McpResources,
      inject: [StateCore, Workspaces, Admission, AuditLog],
      useFactory: (core: StateCore, workspaces: Workspaces, admission: Admission, auditLog: AuditLog) =>
        new McpResources(core, workspaces, admission, auditLog),
    },
  ];
}
