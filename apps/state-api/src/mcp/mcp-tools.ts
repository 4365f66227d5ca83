import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { StateError, ValidationFailed, isJsonObject } from '@nexus-state/documents';
import { type Problem, ShapePipe, internalProblem, problemOf, wholeSchemaOf } from '@nexus-state/nest-kit';
import {
  type Admission,
  type AuditDone,
  type AuditLog,
  type AuditResource,
  CoreError,
  ProposedInstead,
  audited,
} from '@nexus-state/state-core';
import type { McpCaller, McpTool, ToolAnswer } from './tool-set/mcp-tool';

/** Answers of so many characters and less are also given as structured content. */
const structuredLength = 32 * 1024;

/** A tool that is not there. */
class ToolNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(name: string) {
    super(`There is no tool "${name}". List the tools.`, { tool: name });
  }
}

/** A call of a tool on its way. */
interface RunningCall {
  readonly caller: McpCaller;
  readonly given: unknown;
  /** Called once it is known whose workspace it is. */
  letIn(place: { readonly owner: string }): void;
  readonly done: AuditDone;
}

/** The tools: what models are told of them, and their calls. */
export class McpTools {
  readonly #tools: ReadonlyMap<string, McpTool>;
  readonly #shapes: ReadonlyMap<string, ShapePipe<object>>;

  /** @param failed called with errors that are no refusals */
  constructor(
    tools: readonly McpTool[],
    private readonly admission: Admission,
    private readonly auditLog: AuditLog,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#shapes = new Map(tools.map(({ name, shape }) => [name, new ShapePipe(shape)]));
  }

  /** What a client lists. */
  list(): Tool[] {
    return [...this.#tools.values()].map(({ name, title, description, shape, annotations }) => ({
      name,
      title,
      description,
      inputSchema: { ...wholeSchemaOf(shape), type: 'object' },
      annotations: { title, ...annotations },
    }));
  }

  /** Calls a tool. A refusal is its result: a model can read it, and do something else. */
  async call(caller: McpCaller, name: string, given: unknown): Promise<CallToolResult> {
    try {
      const tool = this.#tools.get(name);
      if (!tool) throw new ToolNotFound(name);
      let { owner } = caller;
      return await audited(
        this.auditLog,
        {
          door: 'mcp',
          action: tool.action ?? (tool.scope === 'state:write' ? 'write' : 'read'),
          actor: caller.principal.subject,
          owner: () => owner,
          resources: [resourceOf(given)],
          requestId: caller.requestId,
        },
        (done) => this.#run(tool, { caller, given, letIn: (place) => (owner = place.owner), done }),
      );
    } catch (error) {
      return refused(this.problemOf(error));
    }
  }

  /** Checks a call, and does it. */
  async #run(tool: McpTool, { caller, given, letIn, done }: RunningCall): Promise<CallToolResult> {
    const args = this.#read(tool, given);
    const { principal, owner } = caller;
    const { workspace: workspaceId = '', panel: panelId } = args as { workspace?: string; panel?: string };
    const { workspace, panel } = await this.admission.admit({
      caller: principal,
      scope: tool.scope,
      counts: tool.scope === 'state:read' ? 'reads' : 'writes',
      place: { workspaceId, owner, panelId, ...tool.needs },
    });
    letIn(workspace);
    const answer = await answerOf(() => tool.run({ caller, workspace, panel, arguments: args }));
    await done({ owner: workspace.owner, version: panel && versionIn(answer) });
    return resultOf('json' in answer ? String(answer.json) : JSON.stringify(answer));
  }

  /** The problem that an error is told as. */
  problemOf(error: unknown): Problem {
    if (error instanceof StateError) return problemOf(error);
    this.failed(error);
    return internalProblem();
  }

  #read(tool: McpTool, given: unknown): object {
    if (given !== undefined && !isJsonObject(given as never))
      throw new ValidationFailed([{ pointer: '', message: 'must be an object' }]);
    return (this.#shapes.get(tool.name) as ShapePipe<object>).transform(given ?? {});
  }
}

/** What a tool answers with. Where an approval rule holds back what it does, nothing has failed, and a person decides. */
async function answerOf(run: () => Promise<ToolAnswer>): Promise<ToolAnswer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ProposedInstead) return { proposalId: error.proposalId, state: 'open' };
    throw error;
  }
}

/** What the arguments of a call name, right or wrong. */
function resourceOf(given: unknown): AuditResource {
  const { workspace, panel } = (given ?? {}) as { readonly workspace?: unknown; readonly panel?: unknown };
  return {
    ...(typeof workspace === 'string' ? { workspaceId: workspace } : {}),
    ...(typeof panel === 'string' ? { panelId: panel } : {}),
  };
}

function versionIn(answer: ToolAnswer): number | undefined {
  const { version } = answer as { readonly version?: unknown };
  return typeof version === 'number' ? version : undefined;
}

function resultOf(text: string): CallToolResult {
  const content: CallToolResult['content'] = [{ type: 'text', text }];
  if (text.length > structuredLength) return { content };
  return { content, structuredContent: JSON.parse(text) as Record<string, unknown> };
}

function refused(problem: Problem): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(problem) }] };
}
