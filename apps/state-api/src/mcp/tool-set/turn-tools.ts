import { McpBeginTurnArguments, McpEndTurnArguments, McpProposeArguments } from '@nexus-state/contracts';
import type { StateCore } from '@nexus-state/state-core';
import { openProposal } from '../../proposals/open-proposal';
import { turnBegun, turnCommitted, undoneResponse } from '../../turns/turn-items';
import { askerOf } from '../../turns/turns.controller';
import { type McpTool, additive, tool } from './mcp-tool';

/** The tools that make one piece of work of many changes, and leave a decision to people. */
export function turnTools(core: StateCore): McpTool[] {
  return [
    tool({
      name: 'begin_turn',
      title: 'Begin a turn',
      description:
        'Begins a turn: a piece of work that people see as one, and that can be taken back as one. Name the turnId in each change_panel that belongs to it, and end it with end_turn. A snapshot is taken first.',
      shape: McpBeginTurnArguments,
      scope: 'state:write',
      needs: { access: 'write' },
      annotations: additive,
      run: async ({ caller, workspace, arguments: given }) => {
        const { agent = 'agent', policy = 'merge', description, panels, ttlSeconds } = given;
        const wanted = { agent, policy, description, panels, ttlSeconds };
        const turn = await core.turns.begin(askerOf(caller.principal, workspace), wanted);
        return turnBegun(turn);
      },
    }),
    tool({
      name: 'end_turn',
      title: 'End a turn',
      description:
        'Ends a turn. With the outcome commit its changes stay, and the answer says what others changed meanwhile. With abort exactly its changes are taken back; what others did stays, and what cannot be taken back without touching theirs is listed as conflicts.',
      shape: McpEndTurnArguments,
      scope: 'state:write',
      needs: { access: 'write' },
      annotations: { ...additive, destructiveHint: true },
      run: async ({ caller, workspace, arguments: { turnId, outcome } }) => {
        const asker = askerOf(caller.principal, workspace);
        if (outcome === 'abort') return undoneResponse(await core.turns.abort(asker, turnId, {}));
        return turnCommitted(await core.turns.commit(asker, turnId));
      },
    }),
    tool({
      name: 'propose_change',
      title: 'Propose a change',
      description:
        'Proposes changes of panels without making them: a person approves or rejects them. Name for each panel the version that you have read, and one of patches, state and delete. Use it where you are not sure, or where people want to decide.',
      shape: McpProposeArguments,
      scope: 'state:write',
      needs: { access: 'write' },
      annotations: additive,
      run: ({ caller: { principal }, workspace, arguments: proposed }) => {
        const said = { ...proposed, triggeredBy: 'ai', triggerSource: 'mcp:propose_change' };
        return openProposal(core, principal, workspace, said);
      },
    }),
  ];
}
