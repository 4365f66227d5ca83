import { randomUUID } from 'node:crypto';
import { MergeConflictError, type NewProposal, NotFoundError } from '@nexus-state/client';
import { testToken } from '@nexus-state/test-kit';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { NexusProvider, useProposal, useProposals } from '../src';
import type { Garden } from './garden';
import { type Lamp, lamp } from './stage';

/** A workspace with a lamp, of somebody who decides; and of an editor, who proposes. */
async function sharedStage(garden: Garden) {
  const [owner, editor] = [`owner-${randomUUID()}`, `editor-${randomUUID()}`];
  const client = garden.client({ token: testToken(owner) });
  const mine = client.workspace('garden');
  await mine.panel<Lamp>('lamp').create(lamp);
  await mine.members.set(editor, 'editor');
  const theirs = garden.client({ token: testToken(editor) }).workspace('garden', { owner });
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <NexusProvider client={client}>{children}</NexusProvider>
  );
  return { client, mine, theirs, wrapper };
}

function brighter(title: string, value: number): NewProposal {
  const patches = [{ op: 'replace', path: '/brightness', value }] as const;
  return { title, changes: [{ panelId: 'lamp', version: 1, patches }] };
}

/** What the hooks of proposals promise. */
export function describeProposals(garden: () => Garden): void {
  it('useProposals lists what waits, and decides it', async () => {
    const { mine, theirs, wrapper } = await sharedStage(garden());
    const ids: string[] = [];
    for (const value of [50, 60, 70])
      ids.push((await theirs.proposals.create(brighter(`To ${value}`, value))).proposalId);
    const [first, second, third] = ids as [string, string, string];
    const all = renderHook(() => useProposals('garden', { pageSize: 2 }), { wrapper });
    const open = renderHook(() => useProposals('garden', { state: 'open' }), { wrapper });
    const listed = (hook: typeof all) => hook.result.current.items.map(({ proposalId }) => proposalId);
    expect(all.result.current).toMatchObject({ items: [], loading: true });
    await waitFor(() => expect(listed(all)).toEqual([third, second]));
    await waitFor(() => expect(listed(open)).toEqual([third, second, first]));
    await act(() => all.result.current.loadMore());
    expect(listed(all)).toEqual([third, second, first]);
    expect(all.result.current.hasMore).toBe(false);

    const done = await act(() => all.result.current.approve(first, { comment: 'Thanks' }));
    expect(done.panels).toEqual([{ panelId: 'lamp', version: 2 }]);
    expect((await mine.panel<Lamp>('lamp').get()).state.brightness).toBe(50);
    // Every list shows it, however it was decided and by which component.
    expect(listed(open)).toEqual([third, second]);
    expect(all.result.current.items.at(-1)).toMatchObject({ state: 'approved', comment: 'Thanks' });
    await act(() => open.result.current.reject(second, 'Too bright.'));
    expect(listed(open)).toEqual([third]);
    expect(all.result.current.items[1]).toMatchObject({ state: 'rejected' });
  });

  it('useProposals tells of a conflict, and leaves the proposal open', async () => {
    const { mine, theirs, wrapper } = await sharedStage(garden());
    const { proposalId } = await theirs.proposals.create(brighter('To 50', 50));
    await mine.panel<Lamp>('lamp').merge({ brightness: 99 });
    const { result } = renderHook(() => useProposals('garden', { state: 'open' }), { wrapper });
    await waitFor(() => expect(result.current.items).toHaveLength(1));
    const refusal = await act(() => result.current.approve(proposalId).catch((error: unknown) => error));
    expect(refusal).toBeInstanceOf(MergeConflictError);
    expect(result.current.items).toMatchObject([{ proposalId, state: 'open' }]);
    const resolutions = [{ panelId: 'lamp', path: '/brightness', value: 75 }];
    await act(() => result.current.approve(proposalId, { resolutions }));
    expect(result.current.items).toEqual([]);
    expect((await mine.panel<Lamp>('lamp').get()).state.brightness).toBe(75);
  });

  it('useProposals makes proposals, and takes own ones back', async () => {
    const { wrapper } = await sharedStage(garden());
    const { result } = renderHook(() => useProposals('garden'), { wrapper });
    await waitFor(() => expect(result.current.loading).toBe(false));
    const { proposalId } = await act(() => result.current.create(brighter('To 50', 50)));
    expect(result.current.items).toMatchObject([{ proposalId, state: 'open', title: 'To 50' }]);
    await act(() => result.current.withdraw(proposalId));
    expect(result.current.items).toMatchObject([{ proposalId, state: 'withdrawn' }]);
  });

  it('useProposal shows what one comes to, and what became of it', async () => {
    const { theirs, wrapper } = await sharedStage(garden());
    const { proposalId } = await theirs.proposals.create(brighter('To 50', 50));
    const one = renderHook(() => useProposal('garden', proposalId), { wrapper });
    const list = renderHook(() => useProposals('garden'), { wrapper });
    expect(one.result.current).toMatchObject({ data: undefined, loading: true });
    await waitFor(() =>
      expect(one.result.current.data).toMatchObject({
        state: 'open',
        preview: {
          panels: [{ panelId: 'lamp', patch: [{ op: 'replace', path: '/brightness', value: 50 }] }],
        },
      }),
    );
    await act(() => list.result.current.reject(proposalId, 'No.'));
    expect(one.result.current.data).toMatchObject({ state: 'rejected' });
    await theirs.proposals.create(brighter('To 60', 60));
    await act(() => list.result.current.refresh());
    expect(list.result.current.items).toHaveLength(2);
    const unknown = randomUUID();
    const gone = renderHook(() => useProposal('garden', unknown), { wrapper });
    await waitFor(() => expect(gone.result.current.error).toBeInstanceOf(NotFoundError));
  });
}
