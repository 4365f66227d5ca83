import { VersionConflictError } from '@nexus-state/client';
import { act, renderHook, waitFor } from '@testing-library/react';
import {
  type WorkspaceEvent,
  refreshAll,
  useAnswer,
  useApprovalRules,
  useKeys,
  useMembers,
  useModelContext,
  usePanels,
  useProposals,
  useSearch,
  useSnapshots,
  useWorkspaceEvents,
} from '../src';
import type { Garden } from './garden';
import { stageOf } from './stage';

/** What the hooks promise that follow a workspace, or read what is beside its panels. */
export function describeLive(garden: () => Garden): void {
  it('useProposals, useSnapshots and usePanels show what others do as it happens', async () => {
    const { workspaceId, theirs, wrapper } = await stageOf(garden());
    const space = theirs.workspace(workspaceId);
    const seen: WorkspaceEvent['kind'][] = [];
    const { result } = renderHook(
      () => {
        useWorkspaceEvents(workspaceId, ({ kind }) => seen.push(kind));
        return {
          proposals: useProposals(workspaceId, { state: 'open' }),
          snapshots: useSnapshots(workspaceId),
          panels: usePanels(workspaceId, { live: true }),
        };
      },
      { wrapper },
    );
    await waitFor(() => expect(seen).toEqual(['following']));
    await space.panel('fan').create({ speed: 1 });
    const change = { panelId: 'fan', version: 1, state: { speed: 2 } };
    const { proposalId } = await space.proposals.create({ title: 'Faster', changes: [change] });
    await waitFor(() => expect(result.current.proposals.items).toMatchObject([{ proposalId }]));
    await space.proposals.withdraw(proposalId);
    await waitFor(() => expect(result.current.proposals.items).toEqual([]));
    const { snapshotId } = await space.snapshots.create();
    await waitFor(() => expect(result.current.snapshots.items).toMatchObject([{ snapshotId }]));
    await space.panel('fan').merge({ speed: 3 });
    await space.panel('lamp').delete();
    await waitFor(() => expect(result.current.panels.items).toMatchObject([{ panelId: 'fan', version: 2 }]));
    expect(new Set(seen)).toEqual(new Set(['following', 'change', 'proposal', 'snapshot']));
  });

  it('useMembers, useApprovalRules and useKeys show what their verbs did', async () => {
    const { workspaceId, wrapper } = await stageOf(garden());
    const prefix = `/${workspaceId}/`;
    const { result } = renderHook(
      () => ({
        members: useMembers(workspaceId),
        rules: useApprovalRules(workspaceId),
        keys: useKeys(prefix),
      }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.members.items).toMatchObject([{ role: 'owner' }]));
    await act(() => result.current.members.set('mia', 'viewer'));
    expect(result.current.members.items).toContainEqual(
      expect.objectContaining({ userId: 'mia', role: 'viewer' }),
    );
    await act(() => result.current.members.delete('mia'));
    expect(result.current.members.items).toHaveLength(1);
    await waitFor(() => expect(result.current.rules.data).toEqual([]));
    const rules = [{ when: { triggeredBy: 'ai' }, need: 'proposal' }] as const;
    await act(() => result.current.rules.set(rules));
    expect(result.current.rules.data).toMatchObject(rules);
    await act(() => result.current.keys.compareAndSet(`${prefix}a`, 0, { up: true }));
    expect(result.current.keys.items).toMatchObject([{ key: `${prefix}a`, version: 1 }]);
    const refusal = await act(() =>
      result.current.keys.compareAndSet(`${prefix}a`, 0, 1).catch((error: unknown) => error),
    );
    expect(refusal).toBeInstanceOf(VersionConflictError);
  });

  it('useModelContext, useSearch and useAnswer keep the last answer until the next is there', async () => {
    const { workspaceId, theirs, theirLamp, wrapper } = await stageOf(garden());
    let reads = 0;
    const { result, rerender } = renderHook(
      ({ budgetTokens }) => ({
        context: useModelContext(workspaceId, { budgetTokens }),
        search: useSearch(workspaceId, ''),
        versions: useAnswer(
          ['versions'],
          async (client, signal) => {
            reads++;
            return (await client.workspace(workspaceId).panel('lamp').get({ signal })).version;
          },
          { workspaceId, renewOn: ({ kind }) => kind === 'change' },
        ),
      }),
      { wrapper, initialProps: { budgetTokens: 1_000 } },
    );
    await waitFor(() => expect(result.current.context.data?.text).toContain('Lamp'));
    expect(result.current.search.data).toEqual([]);
    rerender({ budgetTokens: 2_000 });
    expect(result.current.context).toMatchObject({ loading: true, data: { budgetTokens: 1_000 } });
    await waitFor(() => expect(result.current.context.data?.budgetTokens).toBe(2_000));
    await waitFor(() => expect(result.current.versions.data).toBe(1));
    await theirLamp.merge({ brightness: 8 });
    await waitFor(() => expect(result.current.versions.data).toBe(2));
    const before = reads;
    await act(() => refreshAll(theirs));
    expect(reads).toBe(before);
  });
}
