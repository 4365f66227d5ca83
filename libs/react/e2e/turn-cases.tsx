import { randomUUID } from 'node:crypto';
import { NotFoundError, TurnEndedError } from '@nexus-state/client';
import { act, renderHook, waitFor } from '@testing-library/react';
import { useTurn, useTurns } from '../src';
import type { Garden } from './garden';
import { stageOf } from './stage';

/** What the hooks of turns promise. */
export function describeTurns(garden: () => Garden): void {
  it('useTurns begins turns, lists them, and ends them', async () => {
    const { workspaceId, theirLamp, wrapper } = await stageOf(garden());
    const { result } = renderHook(() => useTurns(workspaceId), { wrapper });
    const open = renderHook(() => useTurns(workspaceId, { state: 'open' }), { wrapper });
    await waitFor(() => expect(result.current.loading).toBe(false));
    await waitFor(() => expect(open.result.current.loading).toBe(false));
    const begin = (agent: string) => act(() => result.current.begin({ agent, policy: 'merge' }));
    const [kept, undone] = [await begin('Planner'), await begin('Painter')];
    expect(result.current.items).toMatchObject([{ agent: 'Painter' }, { agent: 'Planner' }]);
    expect(open.result.current.items).toHaveLength(2);

    await theirLamp.merge({ brightness: 50 }, { turnId: kept.turnId });
    await theirLamp.merge({ name: 'Sun' }, { turnId: undone.turnId });
    const committed = await act(() => result.current.commit(kept.turnId));
    expect(committed.changes).toMatchObject([{ panelId: 'lamp', version: 2 }]);
    expect(open.result.current.items).toMatchObject([{ agent: 'Painter', state: 'open' }]);
    const before = await act(() => result.current.abort(undone.turnId, { preview: true }));
    expect(before).toMatchObject({ preview: true, undone: [{ panelId: 'lamp' }], conflicts: [] });
    await act(() => result.current.abort(undone.turnId));
    expect((await theirLamp.get({ fresh: true })).state).toMatchObject({ name: 'Lamp', brightness: 50 });
    expect(result.current.items).toMatchObject([{ state: 'aborted' }, { state: 'committed' }]);
    expect(open.result.current.items).toEqual([]);
    const late = await act(() => result.current.commit(kept.turnId).catch((error: unknown) => error));
    expect(late).toBeInstanceOf(TurnEndedError);
  });

  it('useTurn shows what was changed in one, and under it, and ends it', async () => {
    const { workspaceId, theirs, theirLamp, wrapper } = await stageOf(garden());
    const { turns } = theirs.workspace(workspaceId);
    const { turnId } = await turns.begin({ agent: 'Planner', policy: 'merge' });
    await theirLamp.merge({ brightness: 50 }, { turnId });
    await theirLamp.merge({ name: 'Sun' });
    const { result } = renderHook(() => useTurn(workspaceId, turnId), { wrapper });
    expect(result.current).toMatchObject({ data: undefined, loading: true });
    await waitFor(() =>
      expect(result.current.data).toMatchObject({
        state: 'open',
        changes: [{ panelId: 'lamp', version: 2 }],
        underneath: [{ panelId: 'lamp', version: 3 }],
      }),
    );
    await theirLamp.merge({ brightness: 60 }, { turnId });
    await act(() => result.current.refresh());
    expect(result.current.data?.changes).toHaveLength(2);
    await act(() => result.current.abort());
    expect(result.current.data).toMatchObject({ state: 'aborted' });
    expect((await theirLamp.get({ fresh: true })).state).toMatchObject({ name: 'Sun', brightness: 40 });
    const unknown = randomUUID();
    const gone = renderHook(() => useTurn(workspaceId, unknown), { wrapper });
    await waitFor(() => expect(gone.result.current.error).toBeInstanceOf(NotFoundError));
  });
}
