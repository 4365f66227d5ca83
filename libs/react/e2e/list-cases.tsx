import { NotFoundError } from '@nexus-state/client';
import { TcpProxy } from '@nexus-state/test-kit';
import { act, renderHook, waitFor } from '@testing-library/react';
import {
  useBlame,
  useChanges,
  useConnection,
  useHistory,
  usePanel,
  usePanels,
  useQuery,
  useSnapshots,
  useTimeTravel,
  useWorkspace,
  useWorkspaces,
} from '../src';
import type { Garden } from './garden';
import { type Lamp, lamp, stageOf } from './stage';

/** What the hooks promise that read something else than one panel. */
export function describeLists(garden: () => Garden): void {
  it('useHistory reads page by page, and keeps itself up to date', async () => {
    const { workspaceId, theirLamp, wrapper } = await stageOf(garden());
    for (let brightness = 1; brightness < 5; brightness++) await theirLamp.merge({ brightness });
    const { result } = renderHook(() => useHistory(workspaceId, 'lamp', { pageSize: 2 }), { wrapper });
    const versions = () => result.current.items.map(({ version }) => version);
    expect(result.current).toMatchObject({ items: [], loading: true, hasMore: false });
    await waitFor(() => expect(versions()).toEqual([5, 4]));
    await act(() => result.current.loadMore());
    expect(result.current).toMatchObject({ loading: false, hasMore: true });
    expect(versions()).toEqual([5, 4, 3, 2]);
    const [, , third] = result.current.items;
    await theirLamp.merge({ brightness: 9 });
    await waitFor(() => expect(versions()).toEqual([6, 5, 4, 3]));
    expect(result.current.items[3]).toBe(third);
    await act(() => result.current.loadMore());
    expect(versions()).toEqual([6, 5, 4, 3, 2, 1]);
    expect(result.current.hasMore).toBe(false);
  });

  it('useTimeTravel goes from version to version, and back to the present', async () => {
    const { workspaceId, theirLamp, wrapper } = await stageOf(garden());
    for (let brightness = 1; brightness < 3; brightness++) await theirLamp.merge({ brightness });
    const { result } = renderHook(() => useTimeTravel<Lamp>(workspaceId, 'lamp'), { wrapper });
    expect(result.current).toMatchObject({ loading: true, isLive: true, state: undefined });
    await waitFor(() => expect(result.current).toMatchObject({ version: 3, state: { brightness: 2 } }));
    expect(result.current).toMatchObject({ isLive: true, hasNext: false, hasPrevious: true });
    act(() => result.current.previous());
    // What was there is shown until what is to come is there.
    await waitFor(() => expect(result.current).toMatchObject({ version: 2, state: { brightness: 1 } }));
    act(() => result.current.previous());
    await waitFor(() =>
      expect(result.current).toMatchObject({ version: 1, state: lamp, hasPrevious: false }),
    );
    act(() => result.current.next());
    await waitFor(() => expect(result.current).toMatchObject({ version: 2, hasNext: true, latest: 3 }));
    const { updatedAt } = result.current.data ?? {};
    act(() => result.current.goTo({ at: updatedAt as string }));
    await waitFor(() => expect(result.current).toMatchObject({ version: 2, loading: false }));
    act(() => result.current.goTo());
    expect(result.current).toMatchObject({ version: 3, isLive: true, loading: false });
    await theirLamp.merge({ brightness: 7 });
    await waitFor(() => expect(result.current).toMatchObject({ version: 4, state: { brightness: 7 } }));
  });

  it('useChanges shows what has happened and what happens, in order', async () => {
    const { workspaceId, theirs, theirLamp, wrapper } = await stageOf(garden());
    const { result } = renderHook(() => useChanges(workspaceId, { pageSize: 2 }), { wrapper });
    const seen = () => result.current.items.map(({ panelId, version }) => `${panelId} ${version}`);
    await waitFor(() => expect(seen()).toEqual(['lamp 1']));
    await theirs.workspace(workspaceId).panel('fan').create({ speed: 1 });
    await theirLamp.increment('/brightness', 1);
    await waitFor(() => expect(seen()).toEqual(['fan 1', 'lamp 2']));
    expect(result.current).toMatchObject({ loading: false, hasMore: true });
    await act(() => result.current.loadMore());
    expect(seen()).toEqual(['lamp 1', 'fan 1', 'lamp 2']);
    const only = renderHook(() => useChanges(workspaceId, { panels: ['fan'], cursor: 'now' }), { wrapper });
    await waitFor(() => expect(only.result.current).toMatchObject({ items: [], loading: false }));
    await theirs.workspace(workspaceId).panel('fan').merge({ speed: 2 });
    await waitFor(() => expect(only.result.current.items).toMatchObject([{ panelId: 'fan', version: 2 }]));
  });

  it('useWorkspaces and useWorkspace show what their verbs do', async () => {
    const { wrapper } = await stageOf(garden(), { hasLamp: false });
    const list = renderHook(() => useWorkspaces(), { wrapper });
    await waitFor(() => expect(list.result.current.loading).toBe(false));
    const made = await act(() => list.result.current.create({ workspaceId: 'house', name: 'House' }));
    expect(made.workspaceId).toBe('house');
    expect(list.result.current.items.map(({ name }) => name)).toContain('House');
    const one = renderHook(() => useWorkspace('house'), { wrapper });
    await waitFor(() => expect(one.result.current.data?.name).toBe('House'));
    await act(() => one.result.current.update({ name: 'Home' }));
    expect(one.result.current.data?.name).toBe('Home');
    expect(list.result.current.items.map(({ name }) => name)).toContain('Home');
    expect(await act(() => one.result.current.activate())).toMatchObject({ active: true });
    await act(() => one.result.current.delete());
    expect(one.result.current.error).toBeInstanceOf(NotFoundError);
    expect(list.result.current.items.map(({ name }) => name)).not.toContain('Home');
  });

  it('useSnapshots takes, compares and restores', async () => {
    const { workspaceId, theirLamp, wrapper } = await stageOf(garden());
    const { result } = renderHook(
      () => ({ snapshots: useSnapshots(workspaceId), panel: usePanel<Lamp>(workspaceId, 'lamp') }),
      { wrapper },
    );
    await waitFor(() => expect(result.current.snapshots).toMatchObject({ items: [], loading: false }));
    const { snapshotId } = await act(() => result.current.snapshots.create({ description: 'Before' }));
    expect(result.current.snapshots.items).toMatchObject([{ snapshotId, description: 'Before' }]);
    await theirLamp.merge({ brightness: 90 });
    expect((await result.current.snapshots.diff(snapshotId)).panels['lamp']).toMatchObject({
      change: 'changed',
    });
    expect((await result.current.snapshots.get(snapshotId)).panels['lamp']).toMatchObject({ state: lamp });
    await act(() => result.current.snapshots.restore({ snapshotId }));
    await waitFor(() => expect(result.current.panel.state).toEqual(lamp));
    // With the one that undoes the restore.
    expect(result.current.snapshots.items).toHaveLength(2);
  });

  it('useBlame says which change last set each value, also of the next version', async () => {
    const { workspaceId, theirLamp, wrapper } = await stageOf(garden());
    const { result } = renderHook(() => useBlame(workspaceId, 'lamp', { path: '/brightness' }), { wrapper });
    await waitFor(() =>
      expect(result.current.data?.values).toMatchObject([{ pointer: '/brightness', version: 1 }]),
    );
    await theirLamp.merge({ brightness: 5 });
    await waitFor(() =>
      expect(result.current.data?.values).toMatchObject([{ pointer: '/brightness', version: 2 }]),
    );
  });

  it('usePanels and useQuery find panels, and read again when asked to', async () => {
    const { workspaceId, theirs, wrapper } = await stageOf(garden());
    const panels = renderHook(() => usePanels(workspaceId), { wrapper });
    const found = renderHook(() => useQuery<Lamp>(workspaceId, { contains: { brightness: 40 } }), {
      wrapper,
    });
    await waitFor(() => expect(panels.result.current.items.map(({ panelId }) => panelId)).toEqual(['lamp']));
    await waitFor(() => expect(found.result.current.items).toMatchObject([{ panelId: 'lamp', state: lamp }]));
    await theirs.workspace(workspaceId).panel('second').create({ brightness: 40 });
    await act(() => Promise.all([panels.result.current.refresh(), found.result.current.refresh()]));
    expect(panels.result.current.items).toHaveLength(2);
    expect(found.result.current.items).toHaveLength(2);
  });

  it('useConnection says how the connection is', async () => {
    const gateway = await TcpProxy.start(garden().gateway.url);
    const { workspaceId, wrapper } = await stageOf(garden(), { realtimeUrl: gateway.url });
    const { result } = renderHook(() => useConnection(), { wrapper });
    expect(result.current).toMatchObject({ status: 'idle', loading: false });
    const panel = renderHook(() => usePanel(workspaceId, 'lamp'), { wrapper });
    await waitFor(() => expect(result.current.status).toBe('live'));
    gateway.shut();
    await waitFor(() => expect(result.current.status).toBe('offline'));
    gateway.heal();
    await act(() => result.current.refresh());
    await waitFor(() => expect(result.current.status).toBe('live'));
    panel.unmount();
    await gateway.close();
  });
}
