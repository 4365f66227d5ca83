import { Badge, Button, Group, Kbd, SimpleGrid, Skeleton, Text, TextInput, Title } from '@mantine/core';
import '@mantine/core/styles/SimpleGrid.css';
import { type Workspace, useAnswer } from '@nexus-state/react';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWorkspaces } from '../data/queries';
import { ago, count } from '../format/format';
import { useSession } from '../session/context';
import { useOpenDialog } from '../shell/dialogs';
import { isTyping } from '../shell/root-layout';
import { Problem } from '../ui/problem';

/** The landing page: the workspaces, the one opened last first. */
export default function Launcher() {
  const { user } = useSession();
  const navigate = useNavigate();
  const openDialog = useOpenDialog();
  const [filter, setFilter] = useState('');
  const { data: workspaces, error, refresh } = useWorkspaces();
  const last = workspaces?.[0];

  useEffect(() => {
    document.title = 'Nexus State';
    // What a workspace that was left has shown of them may be old.
    if (workspaces) void refresh();
  }, []);
  useEffect(() => {
    if (!last) return undefined;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'o' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target))
        return;
      event.preventDefault();
      void navigate({ to: '/w/$ws', params: { ws: last.workspaceId }, search: ownerOf(last, user) });
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [last, navigate, user]);

  const wanted = filter.trim().toLowerCase();
  const shown = workspaces?.filter(({ name, workspaceId }) =>
    `${name} ${workspaceId}`.toLowerCase().includes(wanted),
  );
  return (
    <main className="page" id="main" tabIndex={-1}>
      <Group justify="space-between" align="end" mb="lg">
        <div>
          <Title order={1} size="h2">
            Workspaces
          </Title>
          <Text size="sm" className="muted">
            Signed in as <b dir="auto">{user}</b>
            {last && (
              <span className="only-wide">
                {' '}
                · press <Kbd size="xs">O</Kbd> to open <b dir="auto">{last.name}</b>
              </span>
            )}
          </Text>
        </div>
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => openDialog('create-workspace')}>
          New workspace
        </Button>
      </Group>
      <TextInput
        mb="lg"
        aria-label="Search workspaces"
        placeholder="Search workspaces"
        leftSection={<Search size={16} aria-hidden />}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      {error && (
        <Problem error={error} title="The workspaces could not be read" onRetry={() => void refresh()} />
      )}
      {!shown && !error && (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} aria-busy="true" aria-label="Loading workspaces">
          {[1, 2, 3].map((card) => (
            <Skeleton key={card} height={128} />
          ))}
        </SimpleGrid>
      )}
      {shown?.length === 0 && (
        <Text className="muted">No workspace has this name. “New workspace” makes one.</Text>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
        {shown?.map((workspace) => (
          <WorkspaceCard key={`${workspace.owner}/${workspace.workspaceId}`} workspace={workspace} />
        ))}
      </SimpleGrid>
    </main>
  );
}

const ownerOf = ({ owner }: Workspace, user: string) => ({ owner: owner === user ? undefined : owner });

function WorkspaceCard({ workspace }: { readonly workspace: Workspace }) {
  const { user } = useSession();
  const { workspaceId, name, description, role, owner } = workspace;
  return (
    <Link
      to="/w/$ws"
      params={{ ws: workspaceId }}
      search={ownerOf(workspace, user)}
      className="card card-link"
      aria-label={`Open ${name}`}
    >
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={650} truncate dir="auto">
          {name}
        </Text>
        {owner !== user && (
          <Badge variant="default" tt="none">
            {role} · {owner}
          </Badge>
        )}
      </Group>
      <div className="mono muted">{workspaceId}</div>
      <Text size="sm" mt={6} lineClamp={2} dir="auto">
        {description || <span className="muted">No description</span>}
      </Text>
      <CardFacts workspace={workspace} />
    </Link>
  );
}

/** How many panels and members there are, and when something changed last; read for each card by itself. */
function CardFacts({ workspace }: { readonly workspace: Workspace }) {
  const { user } = useSession();
  const { workspaceId, owner, updatedAt } = workspace;
  const { data } = useAnswer(
    ['card'],
    async (client, signal) => {
      const handle = client.workspace(workspaceId, owner === user ? {} : { owner });
      const [panels, members] = await Promise.all([
        handle.panels({ signal }).page({ limit: 1_000 }),
        handle.members.list({ signal }).all(),
      ]);
      const changedAt = panels.items
        .map((panel) => panel.updatedAt)
        .sort()
        .at(-1);
      return {
        panels: panels.items.length,
        hasMore: panels.nextCursor !== null,
        members: members.length,
        changedAt,
      };
    },
    { owner, workspaceId },
  );
  const changed = data?.changedAt ?? updatedAt;
  return (
    <Text size="xs" className="muted" mt="sm">
      {data
        ? `${data.hasMore ? 'more than ' : ''}${count(data.panels, 'panel')} · ${count(data.members, 'member')} · `
        : ''}
      changed <time dateTime={changed}>{ago(changed)}</time>
    </Text>
  );
}
