import {
  McpContextArguments,
  McpHistoryArguments,
  McpListPanelsArguments,
  McpReadPanelArguments,
  McpSearchArguments,
} from '@nexus-state/contracts';
import { textAround } from '@nexus-state/documents';
import type { Contexts, StateCore } from '@nexus-state/state-core';
import { contextAsk } from '../../context/context-ask';
import { historyItem } from '../../panels/history-item';
import { type McpTool, panelOf, readOnly, tool } from './mcp-tool';

const defaults = { panels: 100, results: 10, tokens: 4_000, changes: 20 };
const reading = { scope: 'state:read', needs: { access: 'read' }, annotations: readOnly } as const;

/** The tools that read panels. */
export function panelReadingTools(core: StateCore): McpTool[] {
  return [
    tool({
      name: 'list_panels',
      title: 'List panels',
      description:
        'Lists the panels of a workspace, by id, with their versions and sizes. A panel is a JSON document that people and agents share. Begin here if you do not know the ids. Use the result field nextCursor as cursor to get more.',
      shape: McpListPanelsArguments,
      ...reading,
      action: 'list',
      run: async ({ caller, workspace, arguments: { limit = defaults.panels, cursor } }) => {
        const visible = caller.principal.paths.panelsOf(workspace.workspaceId);
        const page = await core.listPanels({ workspace, visible, limit, cursor });
        return { workspaceId: workspace.workspaceId, ...page };
      },
    }),
    tool({
      name: 'read_panel',
      title: 'Read a panel',
      description:
        'Reads the state of a panel, and its version. Pass the version on to change_panel, so that what others change meanwhile is kept. For a large panel, name a pointer such as "/items/0" to read a part.',
      shape: McpReadPanelArguments,
      ...reading,
      run: async (call) => {
        const { version, pointer } = call.arguments;
        const key = panelOf(call);
        const panel =
          version === undefined
            ? await core.readPanel({ key, fresh: false })
            : await core.readVersion({ key, choice: { version } });
        const json = pointer === undefined ? panel.document : await core.partOf(panel, pointer);
        return { json, version: panel.version };
      },
    }),
    tool({
      name: 'get_history',
      title: 'Read the history of a panel',
      description:
        'Reads the newest changes of a panel: who made them, when, and the JSON Patch of each. Use it to find out why a value is what it is.',
      shape: McpHistoryArguments,
      ...reading,
      run: async (call) => {
        const { limit = defaults.changes } = call.arguments;
        const key = panelOf(call);
        const { totalChanges, entries } = await core.readHistory({ key, limit, offset: 0 });
        return {
          json: textAround({ panelId: key.panelId, totalChanges, history: entries.map(historyItem) }),
        };
      },
    }),
  ];
}

/** The tools that find what matters in a workspace. */
export function contextTools(contexts: Contexts): McpTool[] {
  return [
    tool({
      name: 'search',
      title: 'Search a workspace',
      description:
        'Finds values in the panels of a workspace by words and by meaning. Each result names its panel, the version and a JSON Pointer, for read_panel and change_panel.',
      shape: McpSearchArguments,
      ...reading,
      action: 'query',
      run: async ({ caller, workspace, arguments: { query, limit = defaults.results } }) => {
        const visible = caller.principal.paths.panelsOf(workspace.workspaceId);
        const { owner, workspaceId } = workspace;
        return {
          results: await contexts.search({ workspace: { owner, workspaceId }, visible, query, limit }),
        };
      },
    }),
    tool({
      name: 'get_context',
      title: 'Read a workspace within a budget',
      description:
        'Writes what a workspace holds as one text of at most budgetTokens tokens. With a query, what matters for it is chosen. Each part names its source as panel@version#pointer. With sinceRevision, the text is what has changed since that revision; the result field revision is the one to name next time.',
      shape: McpContextArguments,
      ...reading,
      run: async ({ caller, workspace, arguments: { workspace: _, ...asked } }) => {
        const body = { budgetTokens: defaults.tokens, ...asked };
        return { json: textAround(await contexts.compose(contextAsk(caller.principal, workspace, body))) };
      },
    }),
  ];
}
