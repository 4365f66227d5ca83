import { Button, Menu } from '@mantine/core';
import type { Workspace } from '@nexus-state/react';
import { useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, LayoutGrid, LogOut, Pencil, Plus, Repeat, Trash2 } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { useWorkspaces } from '../data/queries';
import type { Space } from '../data/space';
import { useSession } from '../session/context';
import { useOpenDialog } from './dialogs';
import type { Question } from './workspace-questions';

const WorkspaceQuestion = lazy(() => import('./workspace-questions'));

const recent = 5;

interface WorkspaceMenuProps {
  readonly space: Space;
  readonly workspace: Workspace | undefined;
}

/** The open workspace, and what can be done with workspaces. */
export function WorkspaceMenu({ space, workspace }: WorkspaceMenuProps) {
  const { user } = useSession();
  const navigate = useNavigate();
  const openDialog = useOpenDialog();
  const { data: workspaces = [] } = useWorkspaces();
  const [question, setQuestion] = useState<Question>();
  const others = workspaces
    .filter(({ workspaceId, owner }) => workspaceId !== space.id || owner !== (space.owner ?? user))
    .slice(0, recent);
  const isOwner = workspace?.role === 'owner';

  return (
    <>
      <Menu position="bottom-start" width={248}>
        <Menu.Target>
          <Button
            variant="default"
            fullWidth
            justify="space-between"
            rightSection={<ChevronsUpDown size={16} aria-hidden />}
            aria-label={`Workspace ${workspace?.name ?? space.id}`}
          >
            {workspace?.name ?? space.id}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.length > 0 && <Menu.Label>Switch to</Menu.Label>}
          {others.map(({ workspaceId, owner, name }) => (
            <Menu.Item
              key={`${owner}/${workspaceId}`}
              onClick={() =>
                void navigate({
                  to: '/w/$ws',
                  params: { ws: workspaceId },
                  search: { owner: owner === user ? undefined : owner },
                })
              }
            >
              {name}
            </Menu.Item>
          ))}
          <Menu.Item leftSection={<Repeat size={16} aria-hidden />} onClick={() => openDialog('workspaces')}>
            Find a workspace…
          </Menu.Item>
          <Menu.Item
            leftSection={<LayoutGrid size={16} aria-hidden />}
            onClick={() => void navigate({ to: '/' })}
          >
            All workspaces
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<Plus size={16} aria-hidden />}
            onClick={() => openDialog('create-workspace')}
          >
            New workspace…
          </Menu.Item>
          {(isOwner || workspace?.role === 'admin') && (
            <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => setQuestion('rename')}>
              Rename…
            </Menu.Item>
          )}
          {workspace && !isOwner && (
            <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => setQuestion('leave')}>
              Leave…
            </Menu.Item>
          )}
          {isOwner && (
            <Menu.Item leftSection={<Trash2 size={16} aria-hidden />} onClick={() => setQuestion('delete')}>
              Delete…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {workspace && question && (
          <WorkspaceQuestion
            space={space}
            workspace={workspace}
            question={question}
            onClose={() => setQuestion(undefined)}
          />
        )}
      </Suspense>
    </>
  );
}
