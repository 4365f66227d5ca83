import { ActionIcon, Button } from '@mantine/core';
import { NexusProvider } from '@nexus-state/react';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Keyboard, Search } from 'lucide-react';
import { Suspense, lazy, useCallback, useEffect, useState } from 'react';
import { useSpace } from '../data/space';
import { useSession, useSessionState } from '../session/context';
import { Region } from '../ui/region';
import { type Dialog, DialogContext } from './dialogs';
import { OfflineBanner } from './offline-banner';
import { ThemeMenu } from './theme-menu';

const Messages = lazy(() => import('./messages'));
// What opens over the page is loaded when it is opened.
const CreatePanel = lazy(() => import('./create-panel'));
const CreateWorkspace = lazy(() => import('./create-workspace'));
const Shortcuts = lazy(() => import('./shortcuts'));
const SignInAgain = lazy(() => import('../session/sign-in-again'));
const SignInPage = lazy(() =>
  import('../session/sign-in').then((module) => ({ default: module.SignInPage })),
);
const Palette = lazy(() => import('./palette'));
const WorkspaceSelector = lazy(() =>
  import('./palette').then((module) => ({ default: module.WorkspaceSelector })),
);

/** What is around every page: the bar at the top, what opens over the page, and signing in. */
export function RootLayout() {
  const session = useSession();
  const state = useSessionState();
  if (state === 'none')
    return (
      <Suspense>
        <SignInPage />
      </Suspense>
    );
  return (
    <NexusProvider client={session.client}>
      <SignedIn needsToken={state === 'renew'} />
    </NexusProvider>
  );
}

function SignedIn({ needsToken }: { readonly needsToken: boolean }) {
  const space = useSpace();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog>();
  const close = useCallback(() => setDialog(undefined), []);
  // A command of the palette may have opened another dialog by then.
  const closePalette = useCallback(() => setDialog((now) => (now === 'palette' ? undefined : now)), []);
  const isInSpace = space.id !== '';

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setDialog('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') setDialog('shortcuts');
      else if (event.key === 'n') setDialog(isInSpace ? 'create-panel' : 'create-workspace');
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isInSpace, navigate]);

  return (
    <DialogContext.Provider value={setDialog}>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="topbar">
        <Link to="/" className="brand">
          <img src="/favicon.svg" alt="" />
          Nexus State
        </Link>
        <span className="spacer" />
        <Button
          variant="default"
          size="sm"
          className="only-wide"
          leftSection={<Search size={16} aria-hidden />}
          onClick={() => setDialog('palette')}
        >
          Find… <span className="muted">&nbsp;Ctrl K</span>
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          className="only-small"
          aria-label="Find"
          onClick={() => setDialog('palette')}
        >
          <Search size={18} aria-hidden />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Keyboard shortcuts"
          onClick={() => setDialog('shortcuts')}
        >
          <Keyboard size={18} aria-hidden />
        </ActionIcon>
        <Region name="The choice of colours">
          <ThemeMenu />
        </Region>
      </header>
      <Region name="The banner">
        <OfflineBanner />
      </Region>
      <Outlet />
      <Region name="This dialog" resetKey={dialog ?? ''} onClose={close}>
        <Suspense>
          {dialog === 'create-workspace' && <CreateWorkspace onClose={close} />}
          {dialog === 'create-panel' && isInSpace && <CreatePanel space={space} onClose={close} />}
          {dialog === 'shortcuts' && <Shortcuts onClose={close} />}
          {dialog === 'palette' && <Palette openDialog={setDialog} onClose={closePalette} />}
          {dialog === 'workspaces' && <WorkspaceSelector onClose={close} />}
          {needsToken && <SignInAgain />}
        </Suspense>
      </Region>
      <Region name="The messages">
        <Suspense>
          <Messages />
        </Suspense>
      </Region>
    </DialogContext.Provider>
  );
}

/** Whether keys are text there. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
      target.closest('[role=dialog]') !== null)
  );
}
