import { Button, Modal, Skeleton, Text } from '@mantine/core';
import '../ui/modal-styles';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { usePast } from '../data/queries';
import type { Space } from '../data/space';
import { JsonDiff } from '../editor/lazy';
import { DialogActions } from '../ui/dialog-actions';
import { DiffLegend } from '../ui/diff-legend';
import { jsonText } from '../format/format';
import { Problem, messageOf } from '../ui/problem';

interface RevertProps {
  readonly space: Space;
  readonly panelId: string;
  readonly version: number;
  readonly newest: number;
}

/** Writes an old version as a new one, after showing what will change. */
export function RevertButton(props: RevertProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" leftSection={<RotateCcw size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Revert to version {props.version}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        size="xl"
        title={`Revert to version ${props.version}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Preview {...props} onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Preview({
  space,
  panelId,
  version,
  newest,
  onClose,
}: RevertProps & { readonly onClose: () => void }) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const now = usePast(space, panelId, { version: newest });
  const then = usePast(space, panelId, { version });
  const error = now.error ?? then.error;

  const revert = async () => {
    setBusy(true);
    try {
      const done = await space.handle.panel(panelId).revert(version, { version: newest });
      notifications.show({
        title: `Version ${done.version} holds what version ${version} held`,
        message: 'Nothing is lost: the versions between stay in the history.',
      });
      onClose();
      const params = { ws: space.id, panel: panelId };
      await navigate({ to: '/w/$ws/$panel', params, search: { owner: space.owner } });
    } catch (refusal) {
      notifications.show({ color: 'red', title: 'Nothing was reverted', message: messageOf(refusal) });
      setBusy(false);
    }
  };
  if (error) return <Problem error={error} title="The preview could not be made" />;
  return (
    <>
      <Text size="sm" mb="sm">
        The panel gets a new version, {newest + 1}, with the state of version {version}.{' '}
        <DiffLegend before="now" after="after" />
      </Text>
      {now.data && then.data ? (
        <JsonDiff
          before={jsonText(now.data.state)}
          after={jsonText(then.data.state)}
          beforeLabel={`Now, version ${newest}`}
          afterLabel={`After, like version ${version}`}
        />
      ) : (
        <Skeleton height={200} aria-label="Loading the preview" />
      )}
      <DialogActions onCancel={onClose} mt="md">
        <Button loading={isBusy} onClick={() => void revert()}>
          Revert
        </Button>
      </DialogActions>
    </>
  );
}
