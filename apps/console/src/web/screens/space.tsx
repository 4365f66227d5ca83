import { Group, Skeleton, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Boxes } from 'lucide-react';
import { usePanels } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { ago, bytes, count } from '../format/format';
import { useSession } from '../session/context';
import { NewPanelButton } from '../shell/sidebar';
import { CopyButton } from '../ui/copy-button';
import { Problem } from '../ui/problem';

const shownPanels = 24;

/** A workspace without an open panel: what changed last, or how to begin. */
export default function SpaceScreen() {
  const space = useSpace();
  const { data: panels, error, refresh } = usePanels(space);
  if (error)
    return <Problem error={error} title="The panels could not be read" onRetry={() => void refresh()} />;
  if (!panels) return <Skeleton height={240} aria-label="Loading the panels" />;
  if (panels.length === 0) return <EmptyState space={space} />;
  const recent = [...panels].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).slice(0, shownPanels);
  return (
    <>
      <div className="toolbar">
        <h1>Panels</h1>
        <span className="muted">{count(panels.length, 'panel')}, changed last first</span>
        <span className="spacer" />
        <NewPanelButton />
      </div>
      <ul className="rows card">
        {recent.map(({ panelId, version, updatedAt, stateSizeBytes }) => (
          <li key={panelId}>
            <div className="row-line">
              <Link
                to="/w/$ws/$panel"
                params={{ ws: space.id, panel: panelId }}
                search={{ owner: space.owner }}
                className="mono"
                style={{ color: 'var(--nx-accent)' }}
              >
                {panelId}
              </Link>
              <span className="spacer" />
              <span className="muted mono">
                version {version}
                {stateSizeBytes > 0 && ` · ${bytes(stateSizeBytes)}`} ·{' '}
                <time dateTime={updatedAt}>{ago(updatedAt)}</time>
              </span>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function EmptyState({ space }: { readonly space: Space }) {
  const { config } = useSession();
  const query = space.owner === undefined ? '' : `?owner=${encodeURIComponent(space.owner)}`;
  const line = `curl -X POST '${config.apiUrl}/api/state/${space.id}/lamp${query}' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"initialState":{"on":true}}'`;
  return (
    <div className="card" style={{ padding: 32, maxWidth: 720, margin: '4vh auto' }}>
      <Boxes size={36} aria-hidden color="var(--nx-accent)" />
      <Title order={1} size="h3" mt="sm">
        No active panels
      </Title>
      <Text className="muted" mt={4}>
        A panel is a JSON document with a history, live for everybody who has it open. Create one here, paste
        JSON or choose a file, or send one from a program:
      </Text>
      <Group mt="md">
        <NewPanelButton />
        <CopyButton text={line} label="Copy the curl line" />
      </Group>
      <pre
        className="mono"
        tabIndex={0}
        aria-label="curl line"
        style={{
          whiteSpace: 'pre-wrap',
          marginTop: 16,
          padding: 12,
          background: 'var(--nx-page)',
          borderRadius: 8,
        }}
      >
        {line}
      </pre>
      <Text size="sm" className="muted">
        Panels that others make appear in the sidebar by themselves.
      </Text>
    </div>
  );
}
