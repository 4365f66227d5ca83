import { Button, Group, Modal, SegmentedControl, Skeleton, Text } from '@mantine/core';
import '../ui/segmented-styles';
import '../ui/modal-styles';
import { notifications } from '@mantine/notifications';
import type { RestoreDone, SnapshotItem } from '@nexus-state/react';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { refreshSpace } from '../data/queries';
import type { Space } from '../data/space';
import { ago, count } from '../format/format';
import { DialogActions } from '../ui/dialog-actions';
import { Problem, messageOf } from '../ui/problem';
import { useSmall } from '../ui/use-small';
import { useSnapshotDiff } from './snapshot-diff';

interface RestoreProps {
  readonly space: Space;
  readonly snapshot: SnapshotItem;
}

type Mode = 'exact' | 'overlay';

/** Restores the workspace to a snapshot, after saying what will change; a message offers to undo it. */
export function RestoreButton(props: RestoreProps) {
  const [isOpen, setOpen] = useState(false);
  const { description, createdAt } = props.snapshot;
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<RotateCcw size={14} aria-hidden />}
        aria-label={`Restore ${description ?? ago(createdAt)}`}
        onClick={() => setOpen(true)}
      >
        Restore
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        size="lg"
        title="Restore the workspace"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Preview {...props} onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

/** What a restore will do, in one sentence. */
export function restoreText(
  panels: Readonly<Record<string, { readonly change: string }>>,
  mode: Mode,
): string {
  const all = Object.values(panels);
  const made = all.filter(({ change }) => change === 'created' || change === 'added').length;
  const restored = all.length - made;
  const since =
    made === 0
      ? ''
      : `; ${count(made, 'panel')} made since will be ${mode === 'exact' ? 'deleted' : 'left alone'}`;
  return `Restore ${count(restored, 'panel')}${since}.`;
}

function Preview({ space, snapshot, onClose }: RestoreProps & { readonly onClose: () => void }) {
  const [mode, setMode] = useState<Mode>('exact');
  const [isBusy, setBusy] = useState(false);
  const isSmall = useSmall();
  const { snapshotId } = snapshot;
  const { data, error, refresh } = useSnapshotDiff({ space, snapshotId });

  const restore = async (what: string, how: Mode): Promise<RestoreDone> => {
    const done = await space.handle.snapshots.restore({ snapshotId: what, mode: how });
    await refreshSpace(space);
    return done;
  };
  const undo = (safetySnapshotId: string) => {
    notifications.hide(safetySnapshotId);
    restore(safetySnapshotId, 'exact').then(
      () =>
        notifications.show({
          title: 'The restore was undone',
          message: 'Everything is as it was before it.',
        }),
      tellFailure,
    );
  };
  const begin = async () => {
    setBusy(true);
    try {
      const { restoredPanels, deletedPanels, safetySnapshotId } = await restore(snapshotId, mode);
      onClose();
      notifications.show({
        id: safetySnapshotId,
        autoClose: false,
        title: `Restored ${count(restoredPanels, 'panel')}, deleted ${count(deletedPanels, 'panel')}`,
        message: (
          <Button size="xs" variant="default" mt={6} onClick={() => undo(safetySnapshotId)}>
            Undo the restore
          </Button>
        ),
        closeButtonProps: { 'aria-label': 'Dismiss' },
      });
    } catch (refusal) {
      tellFailure(refusal);
      setBusy(false);
    }
  };

  if (error)
    return <Problem error={error} title="The preview could not be made" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={140} aria-label="Loading the preview" />;
  const panels = Object.entries(data.panels);
  return (
    <>
      <Text fw={600}>
        {panels.length === 0 ? 'Nothing has changed since this snapshot.' : restoreText(data.panels, mode)}
      </Text>
      <Text size="sm" className="muted" mb="sm">
        A snapshot of now is taken first, so that this can be undone.
      </Text>
      <ul
        className="rows card"
        style={{ maxHeight: 240, overflow: 'auto' }}
        aria-label="Panels that differ"
        tabIndex={0}
      >
        {panels.map(([panelId, { change }]) => (
          <li key={panelId} style={{ padding: '6px 12px' }}>
            <span className="mono">{panelId}</span> <span className="muted">{change} since</span>
          </li>
        ))}
      </ul>
      <Group justify="space-between" mt="md">
        <SegmentedControl
          size="xs"
          orientation={isSmall ? 'vertical' : 'horizontal'}
          aria-label="Panels made since"
          value={mode}
          onChange={(next) => setMode(next as Mode)}
          data={[
            { value: 'exact', label: 'Delete what was made since' },
            { value: 'overlay', label: 'Leave it alone' },
          ]}
        />
        <DialogActions onCancel={onClose} ml="auto">
          <Button loading={isBusy} disabled={panels.length === 0} onClick={() => void begin()}>
            Restore
          </Button>
        </DialogActions>
      </Group>
    </>
  );
}

function tellFailure(error: unknown): void {
  notifications.show({ color: 'red', title: 'Nothing was restored', message: messageOf(error) });
}
