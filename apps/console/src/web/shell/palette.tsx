import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { usePanels, useWorkspaces } from '../data/queries';
import { useSpace } from '../data/space';
import { useSession } from '../session/context';
import { type Dialog } from './dialogs';
import Finder, { type Action, type ActionGroup } from './finder';
import { furtherPages, spacePages } from './pages';
import { useDoors } from '../data/doors';
import { useSearch } from '../data/search';

/** So much of a value that was found is shown. */
const mostCharacters = 120;

interface PaletteProps {
  readonly openDialog: (dialog: Dialog) => void;
  readonly onClose: () => void;
}

/** Workspaces, panels and commands in one list. */
export default function Palette(props: PaletteProps) {
  const space = useSpace();
  return space.id === '' ? <Everywhere {...props} here={[]} /> : <InSpace {...props} />;
}

function InSpace(props: PaletteProps) {
  const space = useSpace();
  const navigate = useNavigate();
  const doors = useDoors();
  const { data: panels = [] } = usePanels(space);
  const params = { ws: space.id };
  const search = { owner: space.owner };
  const [query, setQuery] = useState('');
  const found = useSearch(space, query, doors.search);
  const here: ActionGroup[] = [
    {
      group: 'Panels',
      actions: panels.map(({ panelId }) => ({
        id: `panel:${panelId}`,
        label: panelId,
        run: () => void navigate({ to: '/w/$ws/$panel', params: { ...params, panel: panelId }, search }),
      })),
    },
    {
      group: 'This workspace',
      actions: [
        { id: 'new-panel', label: 'New panel', run: () => props.openDialog('create-panel') },
        ...[...spacePages, ...furtherPages]
          .filter(({ door }) => door === undefined || doors[door])
          .map(({ to, label }) => ({ id: to, label, run: () => void navigate({ to, params, search }) })),
      ],
    },
  ];
  const values: ActionGroup = {
    group: 'Values that fit',
    actions: found.map(({ panelId, pointer, text }) => ({
      id: `found:${panelId}:${pointer}`,
      label: pointer === '' ? panelId : `${panelId} ${pointer}`,
      description: text.slice(0, mostCharacters),
      isFound: true,
      run: () => void navigate({ to: '/w/$ws/$panel', params: { ...params, panel: panelId }, search }),
    })),
  };
  return <Everywhere {...props} here={here} found={values} onQuery={setQuery} />;
}

interface EverywhereProps extends PaletteProps {
  readonly here: readonly ActionGroup[];
  /** What the service has found: last, for it comes late and must not take the place of what is chosen. */
  readonly found?: ActionGroup;
  readonly onQuery?: (query: string) => void;
}

function Everywhere({ openDialog, onClose, here, found, onQuery }: EverywhereProps) {
  const session = useSession();
  const navigate = useNavigate();
  const commands: Action[] = [
    { id: 'switch', label: 'Switch workspace', run: () => openDialog('workspaces') },
    { id: 'new-workspace', label: 'New workspace', run: () => openDialog('create-workspace') },
    { id: 'launcher', label: 'All workspaces', run: () => void navigate({ to: '/' }) },
    { id: 'health', label: 'Health of the services', run: () => void navigate({ to: '/health' }) },
    { id: 'shortcuts', label: 'Keyboard shortcuts', run: () => openDialog('shortcuts') },
    { id: 'sign-out', label: 'Sign out', run: () => session.signOut() },
  ];
  return (
    <Finder
      label="Command palette"
      placeholder="Find a workspace, panel or command"
      groups={[
        ...here,
        ...useWorkspaceGroups(),
        { group: 'Commands', actions: commands },
        ...(found ? [found] : []),
      ]}
      onClose={onClose}
      {...(onQuery ? { onQuery } : {})}
    />
  );
}

/** The workspaces alone, own and shared ones apart. */
export function WorkspaceSelector({ onClose }: { readonly onClose: () => void }) {
  return (
    <Finder
      label="Switch workspace"
      placeholder="Find a workspace"
      groups={useWorkspaceGroups()}
      onClose={onClose}
    />
  );
}

function useWorkspaceGroups(): ActionGroup[] {
  const session = useSession();
  const navigate = useNavigate();
  const { data: workspaces = [] } = useWorkspaces();
  const groupOf = (group: string, isOwn: boolean): ActionGroup => ({
    group,
    actions: workspaces
      .filter(({ owner }) => (owner === session.user) === isOwn)
      .map(({ workspaceId, owner, name }) => ({
        id: `workspace:${owner}:${workspaceId}`,
        label: name,
        description: isOwn ? workspaceId : `${workspaceId}, of ${owner}`,
        run: () =>
          void navigate({
            to: '/w/$ws',
            params: { ws: workspaceId },
            search: { owner: isOwn ? undefined : owner },
          }),
      })),
  });
  return [groupOf('Your workspaces', true), groupOf('Shared with you', false)];
}
