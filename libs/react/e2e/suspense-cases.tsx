import { NotFoundError } from '@nexus-state/client';
import { render, waitFor } from '@testing-library/react';
import { Component, type ReactNode, StrictMode, Suspense, version } from 'react';
import { renderToString } from 'react-dom/server';
import { NexusProvider, useSuspensePanel } from '../src';
import type { Garden } from './garden';
import { type Lamp, type Stage, sentOf, stageOf } from './stage';

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    return this.state.error ? <p>{this.state.error.constructor.name}</p> : this.props.children;
  }
}

function Brightness({ stage }: { readonly stage: Stage }) {
  const { state } = useSuspensePanel<Lamp, number>(stage.workspaceId, 'lamp', { select: '/brightness' });
  return <p>{state.toFixed(1)}</p>;
}

function pageOf(stage: Stage) {
  return (
    <NexusProvider client={stage.client}>
      <Boundary>
        <Suspense fallback={<p>waiting</p>}>
          <Brightness stage={stage} />
          <Brightness stage={stage} />
        </Suspense>
      </Boundary>
    </NexusProvider>
  );
}

/** React 19 does not log what a boundary has caught, where it is asked not to. */
const quiet = version.startsWith('18.') ? {} : { onCaughtError: () => undefined };

/** What `useSuspensePanel` promises. */
export function describeSuspense(garden: () => Garden): void {
  describe('useSuspensePanel', () => {
    it('waits for the state with others who wait, then goes on as usePanel', async () => {
      const stage = await stageOf(garden());
      const { container, unmount } = render(<StrictMode>{pageOf(stage)}</StrictMode>);
      expect(container.textContent).toBe('waiting');
      await waitFor(() => expect(container.textContent).toBe('40.040.0'));
      await stage.theirLamp.merge({ brightness: 50 });
      await waitFor(() => expect(container.textContent).toBe('50.050.0'));
      expect(sentOf(stage)).toEqual(['subscribe lamp']);
      unmount();
      await waitFor(() => expect(sentOf(stage)).toEqual(['subscribe lamp', 'unsubscribe lamp']));
    });

    it('renders once where what it shows changes, and not for what happens elsewhere', async () => {
      const stage = await stageOf(garden());
      let count = 0;
      let version = 0;
      const Counted = () => {
        const { state } = useSuspensePanel<Lamp, number>(stage.workspaceId, 'lamp', {
          select: '/brightness',
        });
        count++;
        return <p>{state}</p>;
      };
      const Version = () => (
        <i>{(version = useSuspensePanel<Lamp>(stage.workspaceId, 'lamp').version ?? 0)}</i>
      );
      const { container } = render(
        <NexusProvider client={stage.client}>
          <Suspense fallback="waiting">
            <Counted />
            <Version />
          </Suspense>
        </NexusProvider>,
      );
      await waitFor(() => expect(container.textContent).toBe('401'));
      // What suspends is not counted: the hook throws there.
      expect(count).toBe(1);

      await stage.theirLamp.merge({ name: 'Another' });
      await waitFor(() => expect(version).toBe(2));
      expect(count).toBe(1);

      await stage.theirLamp.merge({ brightness: 50 });
      await waitFor(() => expect(container.textContent).toBe('503'));
      expect(count).toBe(2);
    });

    it('gives the reason why there is no state to the error boundary', async () => {
      const stage = await stageOf(garden(), { hasLamp: false });
      const { container } = render(pageOf(stage), quiet);
      await waitFor(() => expect(container.textContent).toBe(NotFoundError.name));
    });

    it('leaves the fallback to the browser on a server, and asks for nothing there', async () => {
      const stage = await stageOf(garden());
      expect(renderToString(pageOf(stage))).toContain('<p>waiting</p>');
      expect(stage.client.connection().status).toBe('idle');
      expect(sentOf(stage)).toEqual([]);
    });

    it('unsubscribes where the component that has waited is never shown', async () => {
      const stage = await stageOf(garden());
      const { container, unmount } = render(pageOf(stage));
      expect(container.textContent).toBe('waiting');
      unmount();
      await waitFor(() => expect(sentOf(stage)).toEqual(['subscribe lamp', 'unsubscribe lamp']));
    });
  });
}
