import { render, waitFor } from '@testing-library/react';
import {
  useAnswer,
  useApprovalRules,
  useBlame,
  useChanges,
  useConnection,
  useHistory,
  useKeys,
  useMembers,
  useModelContext,
  usePanel,
  usePanels,
  usePresence,
  useProposal,
  useProposals,
  useQuery,
  useSearch,
  useSnapshots,
  useTimeTravel,
  useTurn,
  useTurns,
  useWorkspace,
  useWorkspaceEvents,
  useWorkspaces,
} from '../src';
import type { Garden } from './garden';
import { stageOf } from './stage';

/** How often the hooks have their components rendered. */
export function describeRenders(garden: () => Garden): void {
  it('every hook renders where what it shows changes, and not for what happens elsewhere', async () => {
    const { workspaceId, theirs, theirLamp, wrapper: Wrapper } = await stageOf(garden());
    const space = theirs.workspace(workspaceId);
    await space.panel('fan').create({ speed: 1 });
    await space.panel('bench').create({ wet: true });
    const change = { panelId: 'bench', version: 1, state: {} };
    const { proposalId } = await space.proposals.create({ title: 'Off', changes: [change] });
    const { turnId } = await space.turns.begin({ agent: 'Planner', policy: 'merge' });
    const counts: Record<string, number> = {};
    const shown: Record<string, unknown> = {};
    /** A component that uses one hook, and counts how often it is rendered. */
    const probe = (name: string, use: () => unknown) => {
      const Probe = () => {
        counts[name] = (counts[name] ?? 0) + 1;
        shown[name] = use();
        return null;
      };
      return <Probe key={name} />;
    };
    const loads = {
      useHistory: () => useHistory(workspaceId, 'lamp'),
      useTimeTravel: () => useTimeTravel(workspaceId, 'lamp'),
      useBlame: () => useBlame(workspaceId, 'lamp'),
      useChanges: () => useChanges(workspaceId, { panels: ['lamp'] }),
      useWorkspaces: () => useWorkspaces(),
      useWorkspace: () => useWorkspace(workspaceId),
      useSnapshots: () => useSnapshots(workspaceId),
      useProposals: () => useProposals(workspaceId),
      useProposal: () => useProposal(workspaceId, proposalId),
      useTurns: () => useTurns(workspaceId),
      useTurn: () => useTurn(workspaceId, turnId),
      useMembers: () => useMembers(workspaceId),
      useApprovalRules: () => useApprovalRules(workspaceId),
      useKeys: () => useKeys(`/${workspaceId}/`),
      useModelContext: () => useModelContext(workspaceId, { budgetTokens: 500 }),
      useSearch: () => useSearch(workspaceId, ''),
      useAnswer: () => useAnswer(['one'], async () => 1),
      usePanels: () => usePanels(workspaceId),
      useQuery: () => useQuery(workspaceId, { contains: { name: 'Lamp' } }),
    };
    const others = {
      usePanel: () => usePanel(workspaceId, 'lamp', { select: '/tags' }).state,
      usePresence: () => usePresence(workspaceId, 'lamp'),
      useConnection: () => useConnection(),
      useWorkspaceEvents: () => useWorkspaceEvents(workspaceId, () => undefined),
      fan: () => usePanel<{ speed: number }>(workspaceId, 'fan').state,
    };
    render(
      <Wrapper>{Object.entries({ ...loads, ...others }).map(([name, use]) => probe(name, use))}</Wrapper>,
    );
    for (const name of Object.keys(loads)) {
      await waitFor(() => expect([name, shown[name]]).toMatchObject([name, { loading: false }]));
    }
    await waitFor(() =>
      expect(shown).toMatchObject({ fan: { speed: 1 }, useConnection: { status: 'live' } }),
    );
    await waitFor(() => expect(shown['usePanel']).toEqual([]));
    // Without anything, and with what was read; a connection is idle, connecting and live; of a time, its place is known first;
    // that a feed is open, before its changes come.
    const most = (name: string) => (['useConnection', 'useTimeTravel', 'useChanges'].includes(name) ? 3 : 2);
    const tooOften = Object.entries(counts).filter(([name, count]) => count > most(name));
    expect(tooOften).toEqual([]);
    const before = { ...counts };

    await space.panel('fan').merge({ speed: 2 });
    await waitFor(() => expect(shown['fan']).toEqual({ speed: 2 }));
    expect(counts).toEqual({ ...before, fan: (before['fan'] as number) + 1 });

    await theirLamp.merge({ brightness: 7 });
    await waitFor(() => expect(shown['useHistory']).toMatchObject({ items: [{ version: 2 }, {}] }));
    await waitFor(() =>
      expect(shown['useChanges']).toMatchObject({ items: [{ version: 1 }, { version: 2 }] }),
    );
    await waitFor(() => expect(shown['useTimeTravel']).toMatchObject({ version: 2 }));
    await waitFor(() => expect(shown['useBlame']).toMatchObject({ data: { version: 2 }, loading: false }));
    delete before['fan'];
    const again = Object.entries(before)
      .map(([name, count]): [string, number] => [name, (counts[name] as number) - count])
      .filter(([, count]) => count > 0);
    expect(again.map(([name]) => name).sort()).toEqual([
      'useBlame',
      'useChanges',
      'useHistory',
      'useTimeTravel',
    ]);
    // At most for the reading of it, and for what was read.
    expect(again.filter(([, count]) => count > 2)).toEqual([]);
  });
}
