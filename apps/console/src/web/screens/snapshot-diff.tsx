import { Button, Modal, Skeleton, Text } from '@mantine/core';
import '../ui/modal-styles';
import { useAnswer } from '@nexus-state/react';
import { GitCompare } from 'lucide-react';
import { useState } from 'react';
import type { Space } from '../data/space';
import { count } from '../format/format';
import { PatchList } from '../ui/patch-list';
import { Problem } from '../ui/problem';

interface DiffProps {
  readonly space: Space;
  readonly snapshotId: string;
}

/** What has changed since a snapshot, as the service compares it. */
export function useSnapshotDiff({ space, snapshotId }: DiffProps) {
  return useAnswer(
    ['snapshot-diff', snapshotId],
    (_, signal) => space.handle.snapshots.diff(snapshotId, undefined, { signal }),
    { owner: space.owner, workspaceId: space.id, renewOn: ({ kind }) => kind === 'change' },
  );
}

/** Opens the comparison of a snapshot with now. */
export function DiffButton({ space, snapshotId, title }: DiffProps & { readonly title: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<GitCompare size={14} aria-hidden />}
        aria-label={`Compare ${title} with now`}
        onClick={() => setOpen(true)}
      >
        Compare with now
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        size="xl"
        title={`Changes since ${title}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <SnapshotDiffView space={space} snapshotId={snapshotId} />
      </Modal>
    </>
  );
}

function SnapshotDiffView(props: DiffProps) {
  const { data, error, refresh } = useSnapshotDiff(props);
  if (error) return <Problem error={error} title="The comparison failed" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={160} aria-label="Comparing" />;
  const panels = Object.entries(data.panels);
  if (panels.length === 0) return <Text className="muted">Nothing has changed since.</Text>;
  return (
    <>
      <Text size="sm" className="muted" mb="sm">
        {count(panels.length, 'panel')} changed. Each patch leads from the snapshot to now.
      </Text>
      {panels.map(([panelId, { change, fromVersion, toVersion, patch }]) => (
        <section key={panelId} style={{ marginBottom: 16 }} aria-label={panelId}>
          <div className="row-line" style={{ marginBottom: 4 }}>
            <b className="mono">{panelId}</b>
            <span className="muted">
              {change}
              {fromVersion !== null && toVersion !== null && `, version ${fromVersion} → ${toVersion}`}
            </span>
          </div>
          {patch.length > 0 && <PatchList patch={patch} />}
        </section>
      ))}
    </>
  );
}
