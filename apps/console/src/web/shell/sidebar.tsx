import { ActionIcon, Button, Group, Skeleton, TextInput } from '@mantine/core';
import type { Workspace } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Plus, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { useDoors } from '../data/doors';
import { usePanels } from '../data/queries';
import type { Space } from '../data/space';
import { count } from '../format/format';
import { useChangedAt } from '../live/feed';
import { Problem } from '../ui/problem';
import { Region } from '../ui/region';
import { useOpenDialog } from './dialogs';
import { spacePages } from './pages';
import { WorkspaceMenu } from './workspace-menu';

const rowHeight = 34;

interface SidebarProps {
  readonly space: Space;
  readonly workspace: Workspace | undefined;
}

/** The workspace, its panels and its pages: each goes on where another one breaks. */
export function Sidebar({ space, workspace }: SidebarProps) {
  return (
    <>
      <div style={{ padding: '12px 12px 0' }}>
        <Region name="The workspace menu">
          <WorkspaceMenu space={space} workspace={workspace} />
        </Region>
      </div>
      <div className="side-region">
        <Region name="The list of panels">
          <Panels space={space} />
        </Region>
      </div>
      <Region name="The list of pages">
        <Pages space={space} />
      </Region>
    </>
  );
}

function Panels({ space }: { readonly space: Space }) {
  const openDialog = useOpenDialog();
  const [filter, setFilter] = useState('');
  const { data: panels, error, refresh } = usePanels(space);
  const shown = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    return (panels ?? []).filter(({ panelId }) => panelId.toLowerCase().includes(wanted));
  }, [panels, filter]);

  return (
    <>
      <div style={{ padding: '10px 12px 12px' }}>
        <Group gap={6} wrap="nowrap">
          <TextInput
            size="sm"
            flex={1}
            aria-label="Search panels"
            placeholder={panels ? `Search ${count(panels.length, 'panel')}` : 'Search panels'}
            leftSection={<Search size={15} aria-hidden />}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
          <ActionIcon
            variant="default"
            size={36}
            aria-label="New panel"
            onClick={() => openDialog('create-panel')}
          >
            <Plus size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </div>
      {error ? (
        <div style={{ padding: 12 }}>
          <Problem error={error} title="The panels could not be read" onRetry={() => void refresh()} />
        </div>
      ) : panels ? (
        <PanelList space={space} ids={shown.map(({ panelId }) => panelId)} />
      ) : (
        <div className="side-list" aria-busy="true">
          {[1, 2, 3, 4].map((row) => (
            <Skeleton key={row} height={26} my={8} />
          ))}
        </div>
      )}
    </>
  );
}

function Pages({ space }: { readonly space: Space }) {
  const doors = useDoors();
  return (
    <nav aria-label="Pages of the workspace" style={{ padding: 8, borderTop: '1px solid var(--nx-line)' }}>
      {spacePages
        .filter(({ door }) => door === undefined || doors[door])
        .map(({ to, label, Icon }) => (
          <Link
            key={to}
            to={to}
            params={{ ws: space.id }}
            search={{ owner: space.owner }}
            className="side-row"
          >
            <Icon size={16} aria-hidden /> <span>{label}</span>
          </Link>
        ))}
    </nav>
  );
}

function PanelList({ space, ids }: { readonly space: Space; readonly ids: readonly string[] }) {
  const changedAt = useChangedAt();
  const place = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: ids.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => ids[index] ?? index,
  });
  return (
    <nav className="side-list" aria-label="Panels" ref={place}>
      {ids.length === 0 && (
        <p className="muted" style={{ padding: '0 10px', fontSize: 14 }}>
          No panel here.
        </p>
      )}
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const panelId = ids[index] ?? '';
          const isFresh = Date.now() - (changedAt.get(panelId) ?? 0) < 60_000;
          return (
            <Link
              key={key}
              to="/w/$ws/$panel"
              params={{ ws: space.id, panel: panelId }}
              search={{ owner: space.owner }}
              className="side-row"
              style={{ position: 'absolute', top: start, left: 0, right: 0 }}
            >
              <span dir="auto">{panelId}</span>
              {isFresh && <i className="live-dot" role="img" aria-label="just changed" />}
            </Link>
          );
        })}
      </div>
    </nav>
  );
}

/** Opens the dialog in which a panel is made. */
export function NewPanelButton() {
  const openDialog = useOpenDialog();
  return (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => openDialog('create-panel')}>
      New panel
    </Button>
  );
}
