import type { Principal } from '@nexus-state/nest-kit';
import type { AuditAction, OpenWorkspace, PanelKey, Place, Scope } from '@nexus-state/state-core';

/** Who calls a tool, and whose workspaces they mean where several have the same id. */
export interface McpCaller {
  readonly principal: Principal;
  readonly owner: string | undefined;
  /** Of the HTTP request that they call with. */
  readonly requestId: string;
}

/** A call of a tool that was let in. */
export interface ToolCall<Arguments> {
  readonly caller: McpCaller;
  readonly workspace: OpenWorkspace;
  /** The panel in the arguments, where they name one. */
  readonly panel: PanelKey | undefined;
  readonly arguments: Arguments;
}

/** What a tool answers with: an object, or the JSON of one that is large. Of a panel, with the version that was read or written. */
export type ToolAnswer = object | { readonly json: string; readonly version?: number };

/** A tool that models call. What it may do was checked before it runs. */
export interface McpTool<Arguments extends object = object> {
  readonly name: string;
  readonly title: string;
  /** For a model that knows nothing of the service: what it does, and what to do next. */
  readonly description: string;
  /** What its arguments are: a class of the contract. */
  readonly shape: new () => Arguments;
  readonly scope: Scope;
  /** What the audit log says that it does; by default, what its scope says. */
  readonly action?: AuditAction;
  readonly needs: Pick<Place, 'access' | 'existing' | 'reach'>;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
  run(call: ToolCall<Arguments>): Promise<ToolAnswer>;
}

/** The injection token of the tools: a list of `McpTool`. */
export const MCP_TOOLS = Symbol('MCP_TOOLS');

/** Annotations of a tool that only reads. */
export const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** Annotations of a tool that adds to what is there, or changes it in a way that can be taken back. */
export const additive = { ...readOnly, readOnlyHint: false, idempotentHint: false } as const;

/** A tool as the list of tools holds it. */
export function tool<Arguments extends object>(one: McpTool<Arguments>): McpTool {
  return one as unknown as McpTool;
}

/** The panel of a call whose arguments name one. */
export function panelOf({ panel }: Pick<ToolCall<object>, 'panel'>): PanelKey {
  if (!panel) throw new Error('The tool names no panel.');
  return panel;
}
