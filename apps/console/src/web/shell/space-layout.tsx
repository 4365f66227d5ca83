import { Button, Skeleton } from '@mantine/core';
import { Outlet, useLocation } from '@tanstack/react-router';
import { PanelLeft } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWorkspace } from '../data/queries';
import { useSpace } from '../data/space';
import { ChangedContext, useFollowedSpace } from '../live/feed';
import { Problem } from '../ui/problem';
import { Region } from '../ui/region';
import { Sidebar } from './sidebar';

/** An open workspace: the sidebar, and a page of it. Keyed by the workspace, so that nothing of the one before stays. */
export function SpaceLayout() {
  const space = useSpace();
  return <OpenSpace key={JSON.stringify([space.owner, space.id])} />;
}

function OpenSpace() {
  const space = useSpace();
  const changedAt = useFollowedSpace(space);
  const { pathname } = useLocation();
  const [isOpen, setOpen] = useState(false);
  const { data: workspace, error, refresh, activate } = useWorkspace(space);

  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => {
    document.title = `${workspace?.name ?? space.id} · Nexus State`;
  }, [workspace?.name, space.id]);
  const isThere = workspace !== undefined;
  const opened = useRef(activate);
  opened.current = activate;
  useEffect(() => {
    if (isThere) opened.current().catch(() => undefined);
  }, [isThere]);

  return (
    <ChangedContext.Provider value={changedAt}>
      <div className="shell">
        <aside className="sidebar" data-open={isOpen} aria-label="Workspace">
          <Region name="The sidebar">
            <Sidebar space={space} workspace={workspace} />
          </Region>
        </aside>
        <main className="workspace-main" id="main" tabIndex={-1}>
          <Button
            className="only-narrow"
            variant="default"
            size="xs"
            mb="sm"
            leftSection={<PanelLeft size={16} aria-hidden />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Close the sidebar' : 'Open the sidebar'}
          </Button>
          {error ? (
            <Problem
              error={error}
              title={`Workspace "${space.id}" could not be opened`}
              onRetry={() => void refresh()}
            />
          ) : isThere ? (
            <Region name="This page" resetKey={pathname}>
              <Outlet />
            </Region>
          ) : (
            <Skeleton height={240} aria-label="Loading the workspace" />
          )}
        </main>
      </div>
    </ChangedContext.Provider>
  );
}
