import { MergeConflictError, NotFoundError } from '@nexus-state/client';
import { TcpProxy } from '@nexus-state/test-kit';
import { act, render, renderHook, waitFor } from '@testing-library/react';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { type Panel, NexusProvider, usePanel, usePresence } from '../src';
import type { Garden } from './garden';
import { type Lamp, lamp, sentOf, stageOf } from './stage';

/** What `usePanel` promises. */
export function describePanels(garden: () => Garden): void {
  describe('usePanel', () => {
    it('shows a panel, what others do to it, and own changes at once', async () => {
      const { workspaceId, theirLamp, wrapper } = await stageOf(garden());
      const { result } = renderHook(() => usePanel<Lamp>(workspaceId, 'lamp'), { wrapper });
      expect(result.current).toMatchObject({ state: undefined, loading: true, status: 'connecting' });
      await waitFor(() => expect(result.current.state).toEqual(lamp));
      expect(result.current).toMatchObject({ loading: false, version: 1, pending: 0 });
      await theirLamp.increment('/brightness', 5);
      await waitFor(() => expect(result.current.state?.brightness).toBe(45));
      await waitFor(() => expect(result.current).toMatchObject({ version: 2, status: 'live' }));

      let change: Promise<unknown> | undefined;
      act(() => void (change = result.current.change((draft) => void draft.tags.push('warm'))));
      expect(result.current.state?.tags).toEqual(['warm']);
      expect(result.current).toMatchObject({ pending: 1, canUndo: true });
      await act(() => change as Promise<unknown>);
      await waitFor(() => expect(result.current).toMatchObject({ pending: 0, version: 3 }));
      expect((await theirLamp.get()).state).toEqual({ ...lamp, brightness: 45, tags: ['warm'] });
      await act(() => result.current.undo());
      expect(result.current.state?.tags).toEqual([]);
      await act(() => result.current.redo());
      expect(result.current.state?.tags).toEqual(['warm']);
    });

    it('renders again only when the part changes that is shown', async () => {
      const { workspaceId, theirLamp, wrapper: Wrapper } = await stageOf(garden());
      const seen: Record<string, unknown[]> = {};
      /** A component that shows something of the panel, and what it has shown in each rendering. */
      const probe = (
        name: string,
        select: string | ((state: Lamp) => unknown),
        look: (panel: Panel<Lamp, unknown>) => unknown,
      ) => {
        const Probe = () => {
          const panel = usePanel<Lamp, unknown>(workspaceId, 'lamp', { select });
          (seen[name] ??= []).push(look(panel));
          return null;
        };
        return <Probe key={name} />;
      };
      const probes = [
        probe('brightness', '/brightness', ({ state }) => state),
        probe('tags', '/tags', ({ state }) => state),
        probe(
          'warm',
          ({ tags }) => ({ isWarm: tags.includes('warm') }),
          ({ state }) => state,
        ),
        probe('buttons', '/nothing', ({ change }) => typeof change),
        probe('version', '/nothing', ({ version }) => version),
        probe('pending', '/nothing', ({ pending }) => pending),
      ];
      render(<Wrapper>{probes}</Wrapper>);
      const { result } = renderHook(() => usePanel<Lamp>(workspaceId, 'lamp'), { wrapper: Wrapper });
      await waitFor(() => expect(result.current.status).toBe('live'));
      await waitFor(() => expect(seen['version']?.at(-1)).toBe(1));
      const counts = () =>
        Object.fromEntries(Object.entries(seen).map(([name, { length }]) => [name, length]));
      const before = counts();

      await theirLamp.increment('/brightness', 1);
      await waitFor(() => expect(seen['version']?.at(-1)).toBe(2));
      expect(counts()).toEqual({
        ...before,
        brightness: (before['brightness'] as number) + 1,
        version: (before['version'] as number) + 1,
      });

      await theirLamp.patch([{ op: 'add', path: '/tags/-', value: 'warm' }]);
      await theirLamp.patch([{ op: 'add', path: '/tags/-', value: 'bright' }]);
      await waitFor(() => expect(seen['version']?.at(-1)).toBe(4));
      const after = counts();
      expect(after).toMatchObject({
        brightness: (before['brightness'] as number) + 1,
        buttons: before['buttons'],
        pending: before['pending'],
        warm: (before['warm'] as number) + 1,
      });
      expect(seen['tags']?.at(-1)).toEqual(['warm', 'bright']);

      await result.current.change((draft) => void (draft.name = 'Desk lamp'));
      await waitFor(() => expect(seen['version']?.at(-1)).toBe(5));
      expect(counts()).toMatchObject({
        brightness: after['brightness'],
        tags: after['tags'],
        warm: after['warm'],
        buttons: after['buttons'],
      });
      await waitFor(() => expect(seen['pending']?.slice(-3)).toEqual([0, 1, 0]));
    });

    it('has one document and one subscription for many components, also in strict mode', async () => {
      const stage = await stageOf(garden());
      const Shown = ({ select }: { readonly select: string }) => (
        <i>{String(usePanel<Lamp, unknown>(stage.workspaceId, 'lamp', { select }).state)}</i>
      );
      const { container } = render(
        <StrictMode>
          {Array.from({ length: 50 }, (_, index) => (
            <Shown key={index} select={index % 2 ? '/name' : '/brightness'} />
          ))}
        </StrictMode>,
        { wrapper: stage.wrapper },
      );
      await waitFor(() => expect(container.textContent).toBe('40Lamp'.repeat(25)));
      await stage.theirLamp.merge({ brightness: 50 });
      await waitFor(() => expect(container.textContent).toBe('50Lamp'.repeat(25)));
      expect(sentOf(stage)).toEqual(['subscribe lamp']);
    });

    it('unsubscribes within a second of the last component, and shows the panel again when one comes back', async () => {
      const stage = await stageOf(garden());
      const mount = () =>
        renderHook(() => usePanel<Lamp>(stage.workspaceId, 'lamp'), { wrapper: stage.wrapper });
      const [first, second] = [mount(), mount()];
      await waitFor(() => expect(second.result.current.status).toBe('live'));
      first.unmount();
      second.unmount();
      // One that comes at once finds everything as it was.
      const third = mount();
      expect(third.result.current.state).toEqual(lamp);
      await stage.theirLamp.merge({ brightness: 50 });
      await waitFor(() => expect(third.result.current.state?.brightness).toBe(50));
      expect(sentOf(stage)).toEqual(['subscribe lamp']);

      third.unmount();
      const unmountedAt = performance.now();
      await waitFor(() => expect(sentOf(stage)).toEqual(['subscribe lamp', 'unsubscribe lamp']), {
        interval: 10,
      });
      expect(performance.now() - unmountedAt).toBeLessThan(1_000);
      await stage.theirLamp.merge({ brightness: 60 });
      const fourth = mount();
      expect(fourth.result.current.loading).toBe(true);
      await waitFor(() => expect(fourth.result.current.state?.brightness).toBe(60));
    });

    it('sends what was changed before the component was unmounted, and what is changed after', async () => {
      const stage = await stageOf(garden());
      const { result, unmount } = renderHook(() => usePanel<Lamp>(stage.workspaceId, 'lamp'), {
        wrapper: stage.wrapper,
      });
      await waitFor(() => expect(result.current.status).toBe('live'));
      const before = result.current.change((draft) => void (draft.brightness = 1));
      unmount();
      await before;
      await waitFor(() => expect(sentOf(stage)).toContain('unsubscribe lamp'));
      await result.current.change((draft) => void draft.tags.push('late'));
      expect((await stage.theirLamp.get()).state).toEqual({ ...lamp, brightness: 1, tags: ['late'] });
    });

    it('says that a panel is not there, makes it, and says that it was deleted', async () => {
      const { workspaceId, theirLamp, wrapper } = await stageOf(garden(), { hasLamp: false });
      const { result } = renderHook(() => usePanel<Lamp>(workspaceId, 'lamp'), { wrapper });
      await waitFor(() => expect(result.current.error).toBeInstanceOf(NotFoundError));
      expect(result.current).toMatchObject({ state: undefined, loading: false });
      await act(() => result.current.create(lamp));
      await waitFor(() => expect(result.current).toMatchObject({ state: lamp, error: undefined }));
      await theirLamp.delete();
      await waitFor(() => expect(result.current.error).toBeInstanceOf(NotFoundError));
      expect(result.current.state).toBeUndefined();
      await theirLamp.create({ ...lamp, brightness: 2 });
      await waitFor(() => expect(result.current.state?.brightness).toBe(2));
      expect(result.current.error).toBeUndefined();
    });

    it('shows why a change was taken back, until the next one', async () => {
      const api = await TcpProxy.start(garden().api.url);
      const { workspaceId, theirLamp, wrapper } = await stageOf(garden(), { url: api.url });
      const { result } = renderHook(() => usePanel<Lamp>(workspaceId, 'lamp'), { wrapper });
      await waitFor(() => expect(result.current.status).toBe('live'));
      api.delay(200);
      // Nobody waits for it, and yet its refusal is no unhandled rejection.
      void result.current.change((draft) => void (draft.name = 'My lamp'));
      await theirLamp.merge({ name: 'Their lamp' });
      await waitFor(() => expect(result.current.error).toBeInstanceOf(MergeConflictError));
      expect(result.current.state?.name).toBe('Their lamp');
      api.delay(0);
      await act(() => result.current.change((draft) => void (draft.brightness = 3)));
      expect(result.current).toMatchObject({
        error: undefined,
        state: { name: 'Their lamp', brightness: 3 },
      });
      await api.close();
    });

    it('follows another panel when it is given another id', async () => {
      const stage = await stageOf(garden());
      await stage.theirs.workspace(stage.workspaceId).panel('fan').create({ speed: 3 });
      const { result, rerender } = renderHook(({ id }) => usePanel(stage.workspaceId, id), {
        wrapper: stage.wrapper,
        initialProps: { id: 'lamp' },
      });
      await waitFor(() => expect(result.current.state).toEqual(lamp));
      rerender({ id: 'fan' });
      expect(result.current.state).toBeUndefined();
      await waitFor(() => expect(result.current.state).toEqual({ speed: 3 }));
      await waitFor(() => expect(sentOf(stage)).toContain('unsubscribe lamp'));
    });

    it('is loading on a server, and asks for nothing there', async () => {
      const stage = await stageOf(garden());
      const Shown = () => {
        const { state, status, loading } = usePanel<Lamp>(stage.workspaceId, 'lamp');
        return <p>{JSON.stringify({ state, status, loading })}</p>;
      };
      const page = (
        <NexusProvider client={stage.client}>
          <Shown />
        </NexusProvider>
      );
      expect(renderToString(page).replaceAll('&quot;', '"')).toBe(
        '<p>{"status":"connecting","loading":true}</p>',
      );
      expect(stage.client.connection().status).toBe('idle');
      // The browser takes it over without a mismatch, and goes on.
      const container = document.body.appendChild(document.createElement('div'));
      container.innerHTML = renderToString(page);
      const mismatches: unknown[] = [];
      render(page, { container, hydrate: true, onRecoverableError: (error) => mismatches.push(error) });
      await waitFor(() => expect(container.textContent).toContain('Lamp'));
      expect(mismatches).toEqual([]);
    });
  });

  describe('usePresence', () => {
    it('shows who else is there, until they leave', async () => {
      const { workspaceId, theirs, client } = await stageOf(garden());
      const wrap =
        (nexus: typeof client) =>
        ({ children }: { readonly children?: React.ReactNode }) => (
          <NexusProvider client={nexus}>{children}</NexusProvider>
        );
      const mine = renderHook(() => usePresence(workspaceId, 'lamp'), { wrapper: wrap(client) });
      const other = renderHook(() => usePresence<{ cursor: string }>(workspaceId, 'lamp'), {
        wrapper: wrap(theirs),
      });
      expect(mine.result.current).toMatchObject({ others: [], loading: true });
      await act(() => other.result.current.set({ cursor: '/name' }));
      await waitFor(() => expect(mine.result.current.others).toMatchObject([{ data: { cursor: '/name' } }]));
      expect(other.result.current.others).toEqual([]);
      other.unmount();
      await waitFor(() => expect(mine.result.current.others).toEqual([]));
    });
  });
}
